-- How many rules had a record to judge: about orders and what belongs to them, about changes, and about masters.
SELECT count(*) AS rules,
    count(*) FILTER (q.entity = 'order_changes' OR q.kind = 'direct_edit') AS about_changes,
    count(*) FILTER (q.entity IN ('customers', 'products', 'prices', 'users')) AS about_masters
FROM ledger.rule_runs r JOIN ledger.rules q USING (rule)
WHERE r.run_id = (SELECT max(run_id) FROM ledger.rule_runs) AND r.outcome IN ('pass', 'fail') AND r.checked > 0
