-- Days from entry to the discovery of an order's first error, and the order's age at the data end.
SELECT date_diff('day', ordered_at, first_error_at) AS delay, date_diff('day', ordered_at, n.data_until) AS age
FROM selected_orders CROSS JOIN meta.now n
WHERE order_class = 'sale' AND first_error_at >= ordered_at AND first_error_at <= n.data_until
