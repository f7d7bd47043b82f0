SELECT q.title, r.outcome, r.failing, r.checked, q.severity, q.entity, r.reason, q.line_of_defence, r.rule FROM ledger.rule_runs r JOIN ledger.rules q USING (rule)
WHERE r.run_id = (SELECT max(run_id) FROM ledger.rule_runs)
ORDER BY CASE r.outcome WHEN 'error' THEN 1 WHEN 'fail' THEN 2 WHEN 'pass' THEN 3 ELSE 4 END, r.failing DESC NULLS LAST, q.title
