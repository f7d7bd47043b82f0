-- Confirmed errors of the selected orders by $by (type, rule that saw them or would have, origin), the dearest first. Errors whose cost
-- is unknown count, and add nothing to the cost.
WITH seen AS (
    SELECT e.*, CASE WHEN $by = 'rule' THEN coalesce(d.rule, 'no_rule') END AS by_rule
    FROM selected_errors e
    LEFT JOIN (SELECT error_key, rule FROM marts.error_defects WHERE $by = 'rule') d USING (error_key)
)
SELECT coalesce(CASE $by WHEN 'type' THEN e.type WHEN 'rule' THEN e.by_rule ELSE e.origin_stage END, 'unknown') AS part,
    any_value(CASE $by WHEN 'type' THEN k.title WHEN 'rule' THEN r.title ELSE s.title END) AS title,
    count(DISTINCT e.error_key) AS errors, count(DISTINCT e.order_key) AS orders, sum(e.cost) AS cost,
    count(DISTINCT e.error_key) FILTER (e.cost IS NULL) AS unknown_costs
FROM seen e
LEFT JOIN ledger.kinds k ON k.kind = e.type
LEFT JOIN ledger.rules r ON r.rule = e.by_rule
LEFT JOIN meta.stages s ON s.stage = e.origin_stage
GROUP BY ALL ORDER BY cost DESC NULLS LAST, errors DESC, part
