-- What the page says first: recorded changes of the selected orders, by who wanted them and how they were approved; open requests.
SELECT count(*) AS changes, count(DISTINCT order_key) AS orders, count(*) FILTER (WHERE after_confirmation) AS after_confirmation,
    count(*) FILTER (WHERE after_confirmation IS NULL) AS unconfirmed, count(DISTINCT order_key) FILTER (WHERE material) AS material_orders,
    count(*) FILTER (WHERE customer_initiated) AS by_customer, count(*) FILTER (WHERE NOT customer_initiated) AS internal,
    count(*) FILTER (WHERE customer_initiated IS NULL) AS cannot_tell,
    count(requested_at) AS requested, count(approved_by) AS approved, count(approved_at) AS approved_dated,
    count(*) FILTER (WHERE changed_at IS NULL) AS waiting, count(*) FILTER (WHERE origin IN ('version', 'snapshot')) AS not_logged
FROM selected_changes
