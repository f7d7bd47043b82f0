-- What each rule is worth: how often it was right where somebody judged, what it caught before the goods left, what it missed, how long
-- it took, and what its errors cost beyond what they would have cost at entry. Null is unknown.
WITH linked AS (
    -- A rule whose finding is itself the evidence says nothing about its precision.
    SELECT d.rule, d.error_key, d.how, d.before_shipment, e.cost,
        d.defect_id IS NOT NULL AND e.error_key = 'mismatch:' || d.defect_id AS is_its_own
    FROM marts.error_defects d JOIN selected_errors e USING (error_key)
),
seen AS (
    SELECT rule, count(*) FILTER (NOT is_its_own) AS confirmed, count(*) FILTER (how = 'saw') AS saw,
        count(*) FILTER (how = 'would_have_seen') AS would_have_seen, count(*) FILTER (before_shipment) AS before_shipment,
        count(*) FILTER (cost IS NULL) AS unknown_costs, sum(greatest(cost - c.at_entry, 0)) AS beyond_entry
    FROM linked CROSS JOIN (SELECT min(x.cost) AS at_entry FROM meta.error_costs x
        SEMI JOIN (SELECT min_by(stage, stage_no) AS stage FROM meta.stages) s USING (stage)) c
    GROUP BY rule
),
rejected AS (
    SELECT f.rule, count(*) AS rejected
    FROM meta.decisions d JOIN ledger.defects f ON f.defect_id = d.subject_key
    WHERE d.kind = 'review' AND d.subject_kind = 'defect' AND d.verdict = 'rejected'
        AND (f.order_key IS NULL OR f.order_key IN (SELECT order_key FROM selected_orders))
    GROUP BY f.rule
),
missed AS (
    SELECT r.rule, count(*) AS missed
    FROM ledger.rules r JOIN selected_errors e ON e.type = r.kind
    ANTI JOIN linked l ON l.rule = r.rule AND l.error_key = e.error_key
    GROUP BY r.rule
),
found AS (
    SELECT rule, count(*) FILTER (resolved_at IS NULL) AS open, count(*) FILTER (resolution = 'accepted') AS accepted, count(*) AS ever
    FROM ledger.defects WHERE order_key IS NULL OR order_key IN (SELECT order_key FROM selected_orders) GROUP BY rule
),
ran AS (
    SELECT rule, sum(seconds) AS seconds, max_by(outcome, run_id) AS outcome FROM ledger.rule_runs GROUP BY rule
)
SELECT q.rule, q.title, q.kind, q.line_of_defence, q.severity, a.outcome,
    CASE WHEN a.outcome IN ('pass', 'fail') THEN coalesce(f.open, 0) END AS open, coalesce(f.accepted, 0) AS accepted,
    coalesce(s.confirmed, 0) AS confirmed, coalesce(s.confirmed, 0) + coalesce(j.rejected, 0) AS judged,
    s.confirmed / nullif(coalesce(s.confirmed, 0) + coalesce(j.rejected, 0), 0) AS precision,
    coalesce(s.saw, 0) AS saw, coalesce(s.would_have_seen, 0) AS would_have_seen, coalesce(s.before_shipment, 0) AS before_shipment,
    coalesce(m.missed, 0) AS missed, a.seconds / 60 AS minutes, s.beyond_entry, coalesce(s.unknown_costs, 0) AS unknown_costs
FROM ledger.rules q
JOIN ran a USING (rule)
LEFT JOIN found f USING (rule)
LEFT JOIN seen s USING (rule)
LEFT JOIN rejected j USING (rule)
LEFT JOIN missed m USING (rule)
WHERE a.outcome <> 'not_applicable'
ORDER BY s.beyond_entry DESC NULLS LAST, confirmed DESC, open DESC NULLS LAST, q.rule
