-- Days (of the reporting zone) from entry to the discovery of an order's first error, and the order's age at the data end.
SELECT date_diff('day', ordered_on, timezone(n.reporting_zone, timezone('UTC', first_error_at))::DATE) AS delay,
    date_diff('day', ordered_on, timezone(n.reporting_zone, timezone('UTC', n.data_until))::DATE) AS age
FROM selected_orders CROSS JOIN meta.now n
WHERE order_class = 'sale' AND first_error_at >= ordered_at AND first_error_at <= n.data_until
