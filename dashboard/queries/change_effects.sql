-- Mature confirmed orders by mix (channel, order type, number of lines, value) and whether they were changed after confirmation:
-- cycle time of those delivered, orders with an error of another kind than a corrected value, orders with an exception.
-- Orders changed before confirmation only are in neither group.
WITH others AS (
    SELECT DISTINCT order_key FROM selected_errors WHERE evidence <> 'correction'
),
orders AS (
    SELECT o.*, x.order_key IS NOT NULL AS is_wrong, n_material_changes_after_confirmation > 0 AS is_changed
    FROM selected_orders o LEFT JOIN others x USING (order_key)
    WHERE order_class = 'sale' AND is_mature AND NOT is_cancelled AND (n_material_changes_after_confirmation > 0 OR n_changes = 0)
        AND n_material_changes_after_confirmation IS NOT NULL
)
SELECT channel, order_type, least(n_lines, 6) AS lines, floor(log10(greatest(net_amount, 1)) * 2)::INT AS value_class, is_changed, count(*) AS orders,
    count(cycle_hours) AS timed, sum(cycle_hours) AS hours, sum(cycle_hours ** 2) AS hours_squared,
    count(has_error) AS judged, count(*) FILTER (WHERE has_error IS NOT NULL AND is_wrong) AS wrong,
    count(n_exceptions) AS watched, count(*) FILTER (WHERE n_exceptions > 0) AS stopped
FROM orders GROUP BY ALL
