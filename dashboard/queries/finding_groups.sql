-- Open findings on the selected orders by $by (type, rule, origin), the most frequent first; $severity: as in the filter, empty for all.
-- Rules that fail on most records are left out: they say something about the source.
SELECT coalesce(CASE $by WHEN 'type' THEN d.kind WHEN 'rule' THEN d.rule ELSE d.origin_stage END, 'unknown') AS part,
    any_value(CASE $by WHEN 'type' THEN k.title WHEN 'rule' THEN r.title ELSE s.title END) AS title,
    count(*) AS findings, count(DISTINCT d.order_key) AS orders
FROM ledger.defects d JOIN selected_orders o USING (order_key)
LEFT JOIN ledger.kinds k ON k.kind = d.kind
LEFT JOIN ledger.rules r ON r.rule = d.rule
LEFT JOIN meta.stages s ON s.stage = d.origin_stage
WHERE d.resolved_at IS NULL AND d.rule NOT IN (SELECT rule FROM ledger.source_rules)
    AND ($severity = '' OR list_contains(string_split($severity, '|'), d.severity))
GROUP BY ALL ORDER BY findings DESC, part
