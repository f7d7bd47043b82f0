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
-- The lines of an order were counted with its facts: only those with an error are looked up.
WITH judged AS (
    SELECT order_key, n_lines FROM selected_orders WHERE order_class = 'sale' AND is_mature AND has_error IS NOT NULL
), wrong AS (
    SELECT count(*) AS n_lines FROM core.order_lines
    WHERE line_key IN (SELECT line_key FROM selected_errors WHERE line_key IS NOT NULL)
        AND order_key IN (SELECT order_key FROM judged)
), counted AS (
    SELECT CAST(coalesce(sum(n_lines), 0) AS BIGINT) AS n_lines FROM judged
)
SELECT c.n_lines - w.n_lines AS numerator, c.n_lines AS denominator, numerator / nullif(denominator, 0) AS value
FROM counted c CROSS JOIN wrong w
