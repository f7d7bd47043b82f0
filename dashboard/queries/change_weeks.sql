-- Recorded changes by the week (of the reporting zone) in which they were made, and who wanted them; weeks without one in between as well.
-- Weeks end with the day that the data reach to.
WITH made AS (
    SELECT date_trunc('week', CASE WHEN n.reporting_zone = 'UTC' THEN changed_at ELSE timezone(n.reporting_zone, timezone('UTC', changed_at)) END)::DATE AS week,
        customer_initiated
    FROM selected_changes CROSS JOIN meta.now n WHERE changed_at IS NOT NULL
), weeks AS (SELECT unnest(generate_series(min(week), max(week), INTERVAL 7 DAYS))::DATE AS week FROM made
    WHERE week <= (SELECT CAST(timezone(reporting_zone, timezone('UTC', data_until)) AS DATE) FROM meta.now))
SELECT week, count(*) FILTER (WHERE customer_initiated) AS customer, count(*) FILTER (WHERE NOT customer_initiated) AS internal,
    count(m.week) FILTER (WHERE customer_initiated IS NULL) AS unknown
FROM weeks w LEFT JOIN made m USING (week) GROUP BY week ORDER BY week
