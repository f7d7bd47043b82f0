-- Recorded changes by the week (of the reporting zone) in which they were made, and who wanted them.
SELECT date_trunc('week', CASE WHEN n.reporting_zone = 'UTC' THEN changed_at ELSE timezone(n.reporting_zone, timezone('UTC', changed_at)) END)::DATE AS week,
    count(*) FILTER (WHERE customer_initiated) AS customer,
    count(*) FILTER (WHERE NOT customer_initiated) AS internal, count(*) FILTER (WHERE customer_initiated IS NULL) AS unknown
FROM selected_changes CROSS JOIN meta.now n WHERE changed_at IS NOT NULL GROUP BY week ORDER BY week
