-- Orders and wrong orders by period of entry ($weeks weeks each); a period is mature when all of its orders
-- are. Periods end with the day that the data reach to.
SELECT time_bucket(INTERVAL '7 days' * $weeks, ordered_on, DATE '2000-01-03')::DATE AS week, count(*) AS orders,
    count(*) FILTER (WHERE has_error) AS errors, bool_and(is_mature) AS is_mature, count(has_error) AS known
FROM selected_orders WHERE order_class = 'sale' AND ordered_on <= (SELECT CAST(timezone(reporting_zone, timezone('UTC', data_until)) AS DATE) FROM meta.now)
GROUP BY ALL ORDER BY week
