/* ---
title: A quantity is counted in the unit it says
entity: order_lines
kind: quantity_pack_size
severity: high
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: clock
needs: [order_lines.quantity, order_lines.unit, products.pack_size, products.pack_unit]
checked: "quantity IS NOT NULL AND unit IS NOT NULL"
sentence: "{observed} is off by the pack size ({evidence}); probably {suggested} is meant."
parameters: {likely: 0.45}
--- */
-- The quantity is a pack size too large or too small for its unit: pieces were typed where boxes are counted, or the other
-- way round. Told where it is more likely than a large order, at entry and still today, seeing what came of it since
-- (work.quantity_slips).
SELECT record_key, order_key, order_id, line_id, 'quantity' AS field, quantity::VARCHAR AS observed,
  round(usual_quantity)::VARCHAR AS expected, (quantity::DOUBLE / factor)::VARCHAR AS suggested, sure_today AS confidence,
  'a pack of ' || pack_unit || ' holds ' || work.say_number(pack_size) || '; usual are ' || work.say_number(round(usual_quantity)) || coalesce(' ' || unit, '') AS evidence
FROM work.unusual_quantities JOIN work.quantity_slips USING (record_key)
WHERE hypothesis IN ('pack', 'unpack') AND least(sure_at_entry, sure_today) >= $likely
