-- How the rules of the last run ended. Of those that found nothing, idle ones had no record to judge: they have passed nothing.
SELECT count(*) FILTER (outcome = 'pass' AND checked > 0) AS pass, count(*) FILTER (outcome = 'fail') AS fail,
    count(*) FILTER (outcome = 'not_applicable') AS not_applicable, count(*) FILTER (outcome = 'error') AS error,
    count(*) FILTER (outcome = 'pass' AND coalesce(checked, 0) = 0) AS idle
FROM ledger.rule_runs WHERE run_id = (SELECT max(run_id) FROM ledger.rule_runs)
