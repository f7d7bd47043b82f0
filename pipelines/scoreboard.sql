/* ---
name: scoreboard
text: >
  One row a kind: planted errors, those found, findings on orders that no planted error touches (false positives),
  findings that stand on a touched order without naming its error (collateral), and what was said about the origin of
  the found ones. Reads truth_planted, truth_corrected, truth_decoys, truth_hits (made by scoreboard.py) and the ledger.
--- */
-- Orders on which a finding can follow from an error: those in error, those corrected, and the original of a pair.
WITH wrong_orders AS (
    FROM truth_planted
    UNION ALL
    FROM truth_corrected
),
touched AS (
    SELECT order_id FROM wrong_orders
    UNION
    SELECT "right" FROM wrong_orders WHERE kind IN ('duplicate_order', 'near_duplicate')
),
-- Where several rules found the same error, the surest one speaks about the origin.
judged AS (
    SELECT planted_id, kind,
           (origin_stage IS NOT DISTINCT FROM true_stage OR (origin_stage IS NULL AND true_stage IS NOT NULL))
           AND (origin_user IS NOT DISTINCT FROM true_user OR (origin_user IS NULL AND true_user IS NOT NULL))
           AND (coalesce(abs(epoch(origin_at) - epoch(true_at)) <= 1, origin_at IS NULL)) AS nothing_false,
           (origin_stage IS NULL AND true_stage IS NOT NULL)
           OR (origin_user IS NULL AND true_user IS NOT NULL)
           OR (origin_at IS NULL AND true_at IS NOT NULL) AS something_untold
    FROM truth_hits
    QUALIFY row_number() OVER (PARTITION BY planted_id ORDER BY confidence DESC NULLS LAST, defect_id) = 1
),
found AS (
    SELECT kind,
           count(*) AS found,
           count(*) FILTER (nothing_false AND NOT something_untold) AS origin_right,
           count(*) FILTER (NOT nothing_false) AS origin_wrong,
           count(*) FILTER (nothing_false AND something_untold) AS origin_unknown
    FROM judged
    GROUP BY kind
),
beside AS (
    SELECT kind,
           count(*) FILTER (is_touched) AS collateral,
           count(*) FILTER (NOT is_touched) AS false_positives,
           count(*) FILTER (NOT is_touched AND is_decoy) AS on_decoys
    FROM (
        SELECT f.kind,
               EXISTS (FROM touched t WHERE t.order_id = f.order_id) AS is_touched,
               EXISTS (FROM truth_decoys d WHERE d.order_id = f.order_id) AS is_decoy
        FROM ledger.defects f
        WHERE f.resolved_at IS NULL AND f.defect_id NOT IN (SELECT defect_id FROM truth_hits)
    )
    GROUP BY kind
),
planted AS (
    SELECT kind, count(*) AS planted FROM truth_planted GROUP BY kind
),
ran AS (
    SELECT DISTINCT r.kind
    FROM ledger.rules r
    JOIN ledger.rule_runs u ON u.rule = r.rule
    WHERE u.outcome IN ('pass', 'fail') AND r.kind IS NOT NULL
)
SELECT
    kind,
    coalesce(planted, 0) AS planted,
    coalesce(found, 0) AS found,
    coalesce(false_positives, 0) AS false_positives,
    coalesce(collateral, 0) AS collateral,
    coalesce(on_decoys, 0) AS on_decoys,
    coalesce(origin_right, 0) AS origin_right,
    coalesce(origin_wrong, 0) AS origin_wrong,
    coalesce(origin_unknown, 0) AS origin_unknown,
    kind IN (SELECT kind FROM ran) AS rule_ran
FROM planted
FULL JOIN found USING (kind)
FULL JOIN beside USING (kind)
ORDER BY kind
