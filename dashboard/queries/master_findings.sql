-- Open findings on records that belong to no order: masters, and the source as a whole.
SELECT r.title, d.entity, d.rule, count(*) AS findings, any_value(d.message) AS message
FROM ledger.defects d LEFT JOIN ledger.rules r USING (rule)
WHERE d.resolved_at IS NULL AND d.order_key IS NULL AND d.rule NOT IN (SELECT rule FROM ledger.source_rules)
GROUP BY r.title, d.entity, d.rule ORDER BY findings DESC, d.rule
