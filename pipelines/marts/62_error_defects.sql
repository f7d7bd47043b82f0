/* ---
mart: error_defects
phase: orders
text: >
  One row an error and a rule that saw it before it was found (how: saw), or that names the wrong value but looked at it later only
  (would_have_seen); or one row that says that no rule did (how: no_rule). What the change log has corrected is judged as
  it was entered. before_shipment: whether the rule saw it, or by its line of defence would have, before the goods left.
--- */
WITH errors AS (
    SELECT e.*, coalesce(k.is_value, k.kind IS NULL) AS is_value, o.shipped_at,
        e.type IN ('return', 'credit_note', 'cancelled_for_cause', 'confirmed_by_review') AS says_no_more
    FROM marts.error_facts e SEMI JOIN scope.orders s ON s.order_key = e.order_key
    LEFT JOIN ledger.kinds k ON k.kind = e.type
    LEFT JOIN marts.order_facts o ON o.order_key = e.order_key
),
rules AS (
    SELECT rule, kind, line_of_defence, coalesce(origin_stage = 'entry' AND entity IN ('orders', 'order_lines'), false) AS of_value FROM ledger.rules
),
named AS (
    -- The same kind, or the same wrong cell; where the evidence says no more than that something was wrong, the grave
    -- findings about entered values there.
    SELECT e.error_key, e.order_key, d.defect_id, d.rule, r.line_of_defence, d.first_seen AS seen_at, e.shipped_at,
        e.found_at IS NULL OR d.first_seen <= e.found_at AS is_before, e.evidence
    FROM errors e
    JOIN ledger.defects d ON d.order_key = e.order_key AND (e.line_id IS NULL OR d.line_id IS NULL OR d.line_id = e.line_id)
    JOIN rules r ON r.rule = d.rule
    WHERE d.kind = e.type OR (e.says_no_more AND r.of_value AND d.severity = 'high') OR (e.is_value AND r.of_value AND d.field = e.field)
),
links AS (
    SELECT error_key, order_key, defect_id, rule, line_of_defence, CASE WHEN is_before THEN 'saw' ELSE 'would_have_seen' END AS how,
        CASE WHEN is_before THEN seen_at END AS seen_at,
        CASE WHEN is_before THEN coalesce(seen_at < shipped_at, true) ELSE line_of_defence < 3 END AS before_shipment
    FROM named WHERE is_before OR evidence <> 'correction'
    UNION ALL
    SELECT e.error_key, e.order_key, NULL, f.rule, r.line_of_defence, 'would_have_seen', NULL, true
    FROM errors e
    JOIN ledger.entered_findings f ON f.order_key = e.order_key AND f.field = e.field AND f.line_id IS NOT DISTINCT FROM e.line_id
    JOIN rules r ON r.rule = f.rule
    WHERE e.evidence = 'correction'
),
first_links AS (
    -- A rule may name several records of the order; that it saw counts more than that it would have.
    SELECT * FROM links
    QUALIFY row_number() OVER (PARTITION BY error_key, rule ORDER BY how, seen_at NULLS LAST, defect_id NULLS LAST) = 1
)
SELECT e.error_key, e.order_key, l.defect_id, l.rule, l.line_of_defence, coalesce(l.how, 'no_rule') AS how, l.seen_at, l.before_shipment
FROM errors e LEFT JOIN first_links l USING (error_key)
