-- One row an order, newest first.
SELECT * EXCLUDE (order_key) REPLACE (array_to_string(families, ', ') AS families, array_to_string(touched_by, ', ') AS touched_by) FROM selected_orders ORDER BY ordered_at DESC NULLS LAST, order_id
