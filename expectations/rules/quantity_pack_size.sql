/* ---
title: A quantity is counted in the unit it says
entity: order_lines
kind: quantity_pack_size
severity: high
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: neighbours
needs: [order_lines.quantity, order_lines.unit, products.pack_size, products.pack_unit]
checked: "quantity IS NOT NULL AND unit IS NOT NULL"
sentence: "{observed} is off by the pack size ({evidence}); probably {suggested} is meant."
parameters: {near: 0.35, outside: 2.5}
--- */
-- The quantity is a pack size too large or too small for its unit: pieces were typed where boxes are counted, or the
-- other way round. That it is too small is said only where the customer's own history of the product is long enough.
WITH fitting AS (
  SELECT u.*, ln(u.pack_size::DOUBLE) AS step, CASE WHEN deviation > 0 THEN 1 ELSE -1 END AS way
  FROM work.unusual_quantities u WHERE u.pack_size > 1
)
SELECT record_key, order_key, order_id, line_id, 'quantity' AS field, quantity::VARCHAR AS observed,
  round(usual_quantity)::VARCHAR AS expected, (quantity::DOUBLE / power(pack_size::DOUBLE, way))::VARCHAR AS suggested,
  greatest(0.5, 0.9 - abs(abs(deviation) - step)) AS confidence,
  'a pack of ' || pack_unit || ' holds ' || pack_size::DOUBLE || '; usual are ' || round(usual_quantity) || ' ' || coalesce(unit, '')
    AS evidence
FROM fitting
WHERE abs(abs(deviation) - step) <= least($near, 2 * spread) AND abs(deviation) >= $outside * spread
  AND large_neighbours = 0
  AND CASE WHEN way > 0 THEN quantity % pack_size = 0 AND as_large <= greatest(1, 0.01 * history_lines) ELSE history_lines >= 8 END
