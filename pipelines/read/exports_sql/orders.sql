-- One row an order, newest first.
SELECT * EXCLUDE (order_key) FROM selected_orders ORDER BY ordered_at DESC NULLS LAST, order_id
