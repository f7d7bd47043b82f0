-- Confirmed errors of the selected orders by where they came in (rows) and where they were noticed (columns). Null is unknown; customer is
-- beyond the last line of defence.
SELECT origin_stage, found_place, count(*) AS errors, sum(cost) AS cost, count(*) FILTER (cost IS NULL) AS unknown_costs
FROM selected_errors GROUP BY ALL ORDER BY errors DESC, origin_stage, found_place
