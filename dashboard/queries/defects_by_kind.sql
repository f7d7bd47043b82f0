SELECT d.kind, any_value(d.severity) AS severity, count(*) AS findings, count(DISTINCT d.order_key) AS orders
FROM ledger.defects d JOIN selected_orders o USING (order_key)
WHERE d.resolved_at IS NULL
    AND d.rule NOT IN (SELECT rule FROM ledger.source_rules)
GROUP BY d.kind ORDER BY findings DESC, d.kind
