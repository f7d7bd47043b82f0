-- Open findings about changes by kind: values overwritten by another, unapproved, again and again, not applied, without a record.
SELECT d.kind AS part, any_value(k.title) AS title, string_agg(DISTINCT r.title, '; ') AS rules, count(*) AS findings,
    count(DISTINCT d.order_key) AS orders
FROM ledger.defects d SEMI JOIN selected_orders o USING (order_key)
JOIN ledger.rules r ON r.rule = d.rule LEFT JOIN ledger.kinds k ON k.kind = d.kind
WHERE d.resolved_at IS NULL AND (r.entity = 'order_changes' OR d.kind = 'direct_edit') AND d.rule NOT IN (SELECT rule FROM ledger.source_rules)
GROUP BY d.kind ORDER BY findings DESC, part
