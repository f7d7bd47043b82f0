/* ---
name: line_accuracy_rate
title: Line accuracy
text: "Share of order lines of mature sales orders without an error of their own. An error of the order's head counts at order level only."
formula: "lines with no error / lines of mature orders"
unit: percent
good: up
population: "lines of mature sales orders"
needs: ["errors", "order_lines"]
order: 12
--- */
SELECT count(*) FILTER (WHERE NOT l.has_error) AS numerator, count(*) AS denominator,
    numerator / nullif(denominator, 0) AS value
FROM selected_lines l JOIN selected_orders o ON o.order_key = l.order_key
WHERE o.order_class = 'sale' AND o.is_mature AND o.has_error IS NOT NULL
