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
-- The lines of an order, and those of them with an error, were counted with its facts. A line that is gone counts in neither.
SELECT CAST(coalesce(sum(n_lines - least(n_line_errors, n_lines)), 0) AS BIGINT) AS numerator, CAST(coalesce(sum(n_lines), 0) AS BIGINT) AS denominator,
    numerator / nullif(denominator, 0) AS value
FROM selected_orders WHERE order_class = 'sale' AND is_mature AND has_error IS NOT NULL
