-- Orders with open findings of one group ($by, $part; part empty for all), what can still be stopped first, then the gravest.
WITH wanted AS (
    SELECT d.* FROM ledger.defects d
    WHERE d.resolved_at IS NULL AND d.rule NOT IN (SELECT rule FROM ledger.source_rules)
        AND ($severity = '' OR list_contains(string_split($severity, '|'), d.severity))
        AND ($part = '' OR coalesce(CASE $by WHEN 'type' THEN d.kind WHEN 'rule' THEN d.rule ELSE d.origin_stage END, 'unknown') = $part)
)
SELECT o.order_id, o.customer_name, o.net_amount, o.currency, o.current_stage AS stage, count(*) AS findings,
    min(CASE w.severity WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END) AS grade, o.shipped_at IS NOT NULL OR o.is_cancelled AS is_past,
    arg_min(w.message, (CASE w.severity WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, w.defect_id)) AS message
FROM wanted w JOIN selected_orders o USING (order_key)
GROUP BY ALL ORDER BY is_past, grade, net_amount DESC NULLS LAST, o.order_id
