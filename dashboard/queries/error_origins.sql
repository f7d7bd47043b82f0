-- Wrong orders by period of entry ($weeks weeks each) and by the stage at which the error came in ('unknown': the log is silent). An order
-- with errors of several stages counts at each of them, so that the rows add up to more than the wrong orders.
SELECT time_bucket(INTERVAL '7 days' * $weeks, o.ordered_on, DATE '2000-01-03')::DATE AS week, coalesce(e.origin_stage, 'unknown') AS origin,
    count(DISTINCT order_key) AS errors
FROM selected_errors e JOIN selected_orders o USING (order_key)
WHERE o.order_class = 'sale' AND o.ordered_on <= (SELECT CAST(timezone(reporting_zone, timezone('UTC', data_until)) AS DATE) FROM meta.now)
GROUP BY ALL ORDER BY week, origin
