-- Orders with most to tell first.
SELECT order_id FROM selected_orders ORDER BY n_errors DESC NULLS LAST, n_defects DESC, n_exceptions DESC NULLS LAST, n_changes DESC NULLS LAST, ordered_at DESC LIMIT 500
