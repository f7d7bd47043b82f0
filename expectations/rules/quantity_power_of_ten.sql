/* ---
title: A quantity is not off by a power of ten
entity: order_lines
kind: quantity_power_of_ten
severity: high
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: clock
needs: [order_lines.quantity, order_lines.sku, orders.customer_id]
checked: "quantity IS NOT NULL AND sku IS NOT NULL"
sentence: "{observed} is {evidence}; probably {suggested} is meant."
parameters: {likely: 0.5}
--- */
-- A zero or two too many is told where it is more likely than a large order, at entry and still today, seeing what came of it
-- since (work.quantity_slips). That a zero is missing is told where hardly any quantities lie beside the tenth of the usual one.
SELECT record_key, order_key, order_id, line_id, 'quantity' AS field, quantity::VARCHAR AS observed,
  round(usual_quantity)::VARCHAR AS expected, (quantity::DOUBLE / factor)::VARCHAR AS suggested, sure_today AS confidence,
  CASE hypothesis WHEN 'ten' THEN 'ten times' WHEN 'hundred' THEN 'a hundred times' ELSE 'a tenth of' END
    || ' what is usual (' || CASE WHEN history_lines > 0 THEN work.say_count(history_lines, 'line', 'lines') || ' of this customer and product'
       ELSE work.say_count(product_lines, 'line', 'lines') || ' of this product' END || ')' AS evidence
FROM work.unusual_quantities JOIN work.quantity_slips USING (record_key)
WHERE hypothesis IN ('ten', 'hundred', 'tenth') AND least(sure_at_entry, sure_today) >= $likely
