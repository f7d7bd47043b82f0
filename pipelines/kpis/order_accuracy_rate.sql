/* ---
name: order_accuracy_rate
title: Order accuracy
text: "Share of mature sales orders without any error. One wrong line of twenty makes one wrong order; see line accuracy for the level below."
formula: "orders with no error / mature orders"
unit: percent
good: up
population: "mature sales orders"
needs: ["errors"]
order: 1
target: accuracy_target
--- */
SELECT count(*) FILTER (WHERE NOT has_error) AS numerator, count(has_error) AS denominator,
    numerator / nullif(denominator, 0) AS value
FROM selected_orders WHERE order_class = 'sale' AND is_mature
