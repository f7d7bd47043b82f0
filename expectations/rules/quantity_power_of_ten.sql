/* ---
title: A quantity is not off by a power of ten
entity: order_lines
kind: quantity_power_of_ten
severity: high
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: neighbours
needs: [order_lines.quantity, order_lines.sku, orders.customer_id]
checked: "quantity IS NOT NULL AND sku IS NOT NULL"
sentence: "{observed} is {evidence}; probably {suggested} is meant."
parameters: {near: 0.35, outside: 3.0}
--- */
-- One line alone is ten (or a hundred) times, or a tenth of, what is usual, and would be usual without the zero. A bulk
-- order, large in several of its lines, is not judged. That a zero is missing is said only where the customer's own
-- history of the product is long enough: small orders are common.
WITH powers AS (SELECT unnest([-1, 1, 2]) AS power),
fitting AS (
  SELECT u.*, p.power, abs(u.deviation - p.power * ln(10)) AS miss
  FROM work.unusual_quantities u CROSS JOIN powers p
  WHERE abs(u.deviation - p.power * ln(10)) <= least($near, 2 * u.spread)
    AND abs(u.deviation) >= $outside * u.spread AND (p.power > 0 OR u.history_lines >= 8)
    AND (p.power < 0 OR u.quantity % power(10, p.power) = 0)
    AND u.large_neighbours = 0
    AND (p.power < 0 OR u.as_large <= greatest(1, 0.01 * u.history_lines))
    AND coalesce(u.pack_size <= 1 OR u.quantity % u.pack_size <> 0
                 OR abs(u.deviation - ln(u.pack_size::DOUBLE)) > miss, true)
)
SELECT record_key, order_key, order_id, line_id, 'quantity' AS field, quantity::VARCHAR AS observed,
  round(usual_quantity)::VARCHAR AS expected, (quantity::DOUBLE / power(10, power))::VARCHAR AS suggested,
  greatest(0.5, 0.95 - miss / 2) AS confidence,
  CASE WHEN power < 0 THEN 'a tenth of' WHEN power = 1 THEN 'ten times' ELSE 'a hundred times' END
    || ' what is usual (' || CASE WHEN history_lines >= 5 THEN history_lines || ' lines of this customer and product'
       ELSE product_lines || ' lines of this product' END || ')' AS evidence
FROM fitting
QUALIFY row_number() OVER (PARTITION BY record_key ORDER BY miss) = 1
