-- The open findings of one group ($by, $part; part empty for all), one by one: what can still be stopped first, then the gravest; $limit of them.
SELECT o.order_id, d.line_id, d.kind, d.message, d.severity
FROM ledger.defects d JOIN selected_orders o USING (order_key)
WHERE d.resolved_at IS NULL AND d.rule NOT IN (SELECT rule FROM ledger.source_rules)
    AND ($severity = '' OR list_contains(string_split($severity, '|'), d.severity))
    AND ($part = '' OR coalesce(CASE $by WHEN 'type' THEN d.kind WHEN 'rule' THEN d.rule ELSE d.origin_stage END, 'unknown') = $part)
ORDER BY o.shipped_at IS NOT NULL OR o.is_cancelled, CASE d.severity WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END,
    o.net_amount DESC NULLS LAST, o.order_id, d.defect_id
LIMIT $limit
