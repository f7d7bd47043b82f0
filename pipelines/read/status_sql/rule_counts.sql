-- How the rules of the last run ended, by their four outcomes; idle: those of the passed ones that had no record to judge.
SELECT count(*) FILTER (outcome = 'pass') AS pass, count(*) FILTER (outcome = 'fail') AS fail,
    count(*) FILTER (outcome = 'not_applicable') AS not_applicable, count(*) FILTER (outcome = 'error') AS error,
    count(*) FILTER (outcome = 'pass' AND coalesce(checked, 0) = 0) AS idle
FROM ledger.rule_runs WHERE run_id = (SELECT max(run_id) FROM ledger.rule_runs)
