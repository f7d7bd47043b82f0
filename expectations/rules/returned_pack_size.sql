/* ---
title: What came back does not show a pack counted as a unit
entity: order_lines
kind: quantity_pack_size
severity: high
dimension: accuracy
line_of_defence: 3
origin_stage: entry
reach: clock
needs: [order_lines.quantity, order_lines.unit, products.pack_size, products.pack_unit]
checked: "quantity IS NOT NULL AND unit IS NOT NULL"
sentence: "{observed} is off by the pack size ({evidence}), and what came back or was reported fits; probably {suggested} is meant."
parameters: {likely: 0.45}
--- */
-- What could as well be a large order at entry, until the surplus came back, was credited, or the quantity was reported as
-- wrong (work.quantity_slips).
SELECT record_key, order_key, order_id, line_id, 'quantity' AS field, quantity::VARCHAR AS observed,
  round(usual_quantity)::VARCHAR AS expected, (quantity::DOUBLE / factor)::VARCHAR AS suggested, sure_today AS confidence,
  'a pack of ' || pack_unit || ' holds ' || work.say_number(pack_size) || '; usual are ' || work.say_number(round(usual_quantity)) || coalesce(' ' || unit, '') AS evidence
FROM work.unusual_quantities JOIN work.quantity_slips USING (record_key)
WHERE hypothesis IN ('pack', 'unpack') AND sure_at_entry < $likely AND sure_today >= $likely
