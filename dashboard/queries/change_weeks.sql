-- Recorded changes by the week in which they were made, and who wanted them.
SELECT date_trunc('week', changed_at)::DATE AS week, count(*) FILTER (WHERE customer_initiated) AS customer,
    count(*) FILTER (WHERE NOT customer_initiated) AS internal, count(*) FILTER (WHERE customer_initiated IS NULL) AS unknown
FROM selected_changes WHERE changed_at IS NOT NULL GROUP BY week ORDER BY week
