-- Rules that fail on more than half of the records: findings about the source, not about orders.
SELECT s.rule, q.title, s.checked, s.failing, s.failing_records, s.share
FROM ledger.source_rules s JOIN ledger.rules q USING (rule) ORDER BY s.failing DESC, s.rule
