SELECT type, count(*) AS errors, count(DISTINCT order_key) AS orders, sum(cost) AS cost, median(delay_days) AS median_delay_days
FROM selected_errors GROUP BY type ORDER BY errors DESC, type
