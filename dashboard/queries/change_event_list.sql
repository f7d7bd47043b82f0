-- The events that say that something was changed, the latest first; $limit of them.
SELECT order_id, line_id, activity, "at", user_id, role, stage FROM marts.change_events SEMI JOIN selected_orders USING (order_key)
ORDER BY "at" DESC, order_id, line_id LIMIT $limit
