/* ---
title: What came back does not show a zero too many
entity: order_lines
kind: quantity_power_of_ten
severity: high
dimension: accuracy
line_of_defence: 3
origin_stage: entry
reach: clock
needs: [order_lines.quantity, order_lines.sku, orders.customer_id]
checked: "quantity IS NOT NULL AND sku IS NOT NULL"
sentence: "{observed} is {evidence}, and what came back or was reported fits; probably {suggested} is meant."
parameters: {likely: 0.5}
--- */
-- What could as well be a large order at entry, until the surplus came back, was credited, or the quantity was reported as
-- wrong (work.quantity_slips).
SELECT record_key, order_key, order_id, line_id, 'quantity' AS field, quantity::VARCHAR AS observed,
  round(usual_quantity)::VARCHAR AS expected, (quantity::DOUBLE / factor)::VARCHAR AS suggested, sure_today AS confidence,
  CASE hypothesis WHEN 'ten' THEN 'ten times' WHEN 'hundred' THEN 'a hundred times' ELSE 'a tenth of' END
    || ' what is usual (' || CASE WHEN history_lines > 0 THEN work.say_count(history_lines, 'line', 'lines') || ' of this customer and product'
       ELSE work.say_count(product_lines, 'line', 'lines') || ' of this product' END || ')' AS evidence
FROM work.unusual_quantities JOIN work.quantity_slips USING (record_key)
WHERE hypothesis IN ('ten', 'hundred', 'tenth') AND sure_at_entry < $likely AND sure_today >= $likely
