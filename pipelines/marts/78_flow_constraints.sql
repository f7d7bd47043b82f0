/* ---
mart: flow_constraints
phase: orders
refresh: full
text: >
  What the paths of cases are held against: as the process lays it down (configured), else what nearly all ended cases keep (usual: 98 %
  of at least 50 activations, on the 20,000 most frequent variants). Templates are those of DECLARE. Of usual responses and precedences
  only those between neighbours are kept: what follows from two others is left out.
--- */
WITH weights AS (
    SELECT variant_no, count(*) AS n FROM marts.flow_cases WHERE is_open IS NOT TRUE AND NOT is_cancelled
    GROUP BY variant_no ORDER BY n DESC, variant_no LIMIT 20000
),
placed AS (
    SELECT w.variant_no, w.n, unnest(v.activities) AS activity_no, generate_subscripts(v.activities, 1) AS place
    FROM weights w JOIN marts.flow_variants v USING (variant_no)
),
ends AS (
    SELECT variant_no, activity_no, any_value(n) AS n, count(*) AS times, min(place) AS first_place, max(place) AS last_place
    FROM placed GROUP BY ALL
),
totals AS (
    SELECT activity_no, sum(n * times) AS actions, sum(n) AS cases, sum(n) FILTER (WHERE times = 1) AS once,
        (SELECT sum(n) FROM weights) AS all_cases
    FROM ends GROUP BY activity_no
),
pairs AS (
    SELECT x.activity_no AS one, y.activity_no AS other, sum(x.n) FILTER (WHERE x.place < y.last_place) AS followed,
        sum(x.n) FILTER (WHERE y.first_place < x.place) AS preceded
    FROM placed x JOIN ends y ON y.variant_no = x.variant_no AND y.activity_no <> x.activity_no GROUP BY ALL
),
chains AS (
    SELECT x.activity_no AS one, y.activity_no AS other, sum(x.n) AS n
    FROM placed x JOIN placed y ON y.variant_no = x.variant_no AND y.place = x.place + 1 AND y.activity_no <> x.activity_no GROUP BY ALL
),
responses AS (
    SELECT p.one, p.other, p.followed / t.actions AS share FROM pairs p JOIN totals t ON t.activity_no = p.one
    WHERE t.actions >= 50 AND p.followed >= 0.98 * t.actions
),
precedences AS (
    SELECT p.other AS one, p.one AS other, p.preceded / t.actions AS share FROM pairs p JOIN totals t ON t.activity_no = p.one
    WHERE t.actions >= 50 AND p.preceded >= 0.98 * t.actions
),
stage_sets AS (
    SELECT s.stage, s.title, s.repeats, list(n.activity_no ORDER BY n.activity_no) AS nos
    FROM meta.stages s JOIN meta.activities a ON a.stage = s.stage AND coalesce(a.marks, 'end') = 'end'
    JOIN marts.flow_activities n ON lower(n.activity) = a.activity_key GROUP BY ALL
),
configured AS (
    SELECT CASE WHEN s.repeats = 'forbidden' THEN 'exactly_one' ELSE 'existence' END AS template, s.title AS first_title, NULL AS second_title,
        s.nos AS firsts, CAST([] AS BIGINT[]) AS seconds
    FROM meta.required_stages r JOIN stage_sets s ON s.stage = r.stage
    -- What holds for some orders alone is judged by the rule missing_stage.
    WHERE r.required AND r.amount_above IS NULL AND r.order_types = [] AND r.channels = []
    UNION ALL
    SELECT 'at_most_once', s.title, NULL, s.nos, [] FROM stage_sets s
    WHERE s.repeats = 'forbidden' AND s.stage NOT IN (SELECT stage FROM meta.required_stages WHERE required AND amount_above IS NULL AND order_types = [] AND channels = [])
    UNION ALL
    SELECT 'precedence', e.title, s.title, e.nos, s.nos
    FROM meta.stage_order o JOIN stage_sets s ON s.stage = o.stage JOIN stage_sets e ON e.stage = o.earlier
),
usual AS (
    SELECT 'response' AS template, one, other, share FROM responses r
    WHERE NOT EXISTS (FROM responses a JOIN responses b ON b.one = a.other WHERE a.one = r.one AND b.other = r.other)
    UNION ALL
    SELECT 'precedence', one, other, share FROM precedences r
    WHERE NOT EXISTS (FROM precedences a JOIN precedences b ON b.one = a.other WHERE a.one = r.one AND b.other = r.other)
    UNION ALL
    SELECT 'chain_response', c.one, c.other, c.n / t.actions FROM chains c JOIN totals t ON t.activity_no = c.one
    WHERE t.actions >= 50 AND c.n >= 0.98 * t.actions
    UNION ALL
    SELECT 'chain_precedence', c.one, c.other, c.n / t.actions FROM chains c JOIN totals t ON t.activity_no = c.other
    WHERE t.actions >= 50 AND c.n >= 0.98 * t.actions
    UNION ALL
    SELECT CASE WHEN once >= 0.98 * all_cases THEN 'exactly_one' ELSE 'at_most_once' END, activity_no, NULL,
        once / CASE WHEN once >= 0.98 * all_cases THEN all_cases ELSE cases END
    FROM totals WHERE cases >= 50 AND once >= 0.98 * cases
),
known AS (
    SELECT u.template, a.activity AS first_title, b.activity AS second_title, [u.one] AS firsts,
        CASE WHEN u.other IS NULL THEN CAST([] AS BIGINT[]) ELSE [u.other] END AS seconds, u.share
    FROM usual u JOIN marts.flow_activities a ON a.activity_no = u.one LEFT JOIN marts.flow_activities b ON b.activity_no = u.other
    -- Where the process lays down how often a stage is passed, or what comes before it, that alone counts for it.
    WHERE NOT EXISTS (
        FROM configured c WHERE CASE WHEN u.template = 'precedence' THEN c.template = 'precedence' AND list_contains(c.seconds, u.other)
            WHEN u.template IN ('exactly_one', 'at_most_once') THEN c.template <> 'precedence' AND list_contains(c.firsts, u.one) END)
    ORDER BY template, first_title, second_title
),
eyes AS (
    SELECT 'four_eyes' AS template, coalesce(a.title, f.first_step) AS first_title, coalesce(b.title, f.second_step) AS second_title,
        f.same IS NULL AS is_configured, 1000000 + f.pair_no AS constraint_no
    FROM work.four_eyes f LEFT JOIN meta.stages a ON a.stage = f.first_step LEFT JOIN meta.stages b ON b.stage = f.second_step
)
SELECT row_number() OVER () AS constraint_no, template, true AS is_configured, first_title, second_title, firsts, seconds, NULL::DOUBLE AS usual_share
FROM configured
UNION ALL
SELECT 10000 + row_number() OVER (), template, false, first_title, second_title, firsts, seconds, share FROM known
UNION ALL
SELECT constraint_no, template, is_configured, first_title, second_title, [], [], NULL FROM eyes
