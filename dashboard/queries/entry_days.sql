-- Orders by day of entry, with the day's age at the data end.
SELECT time_bucket(INTERVAL '7 days' * $weeks, ordered_on, DATE '2000-01-03')::DATE AS week, count(*) AS orders,
    greatest(0, date_diff('day', ordered_on, CAST(timezone(n.reporting_zone, timezone('UTC', n.data_until)) AS DATE))) AS age
FROM selected_orders CROSS JOIN meta.now n
WHERE order_class = 'sale'
    AND ordered_on BETWEEN CAST(timezone(n.reporting_zone, timezone('UTC', n.data_until)) AS DATE) - 400
        AND CAST(timezone(n.reporting_zone, timezone('UTC', n.data_until)) AS DATE) GROUP BY ALL
