-- Rules that fail on more than half of the records: findings about the source, not about orders.
SELECT r.rule, q.title, r.checked, r.failing FROM ledger.rule_runs r JOIN ledger.rules q USING (rule)
WHERE r.checked > 20 AND r.failing > 0.5 * r.checked AND r.run_id = (SELECT max(run_id) FROM ledger.rule_runs) ORDER BY r.failing DESC
