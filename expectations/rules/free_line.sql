/* ---
title: Nothing is for nothing where all else has its price
entity: order_lines
kind: wrong_price
severity: high
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: record
needs: [order_lines.unit_price, order_lines.quantity]
checked: "unit_price IS NOT NULL AND quantity > 0"
sentence: "The price is {observed}: {evidence}."
parameters: {least: 500, at_most: 0.001}
--- */
-- Of a sale. Where more than $at_most of the priced lines of a system are free (samples, replacements), or fewer than $least have a
-- price, nobody can tell. What the product costs elsewhere is suggested.
SELECT l.record_key, l.order_key, l.order_id, l.line_id, 'unit_price' AS field, l.unit_price::VARCHAR AS observed,
  round(exp(u.mid), 4)::VARCHAR AS expected, CASE WHEN u.spread <= 0.01 THEN expected END AS suggested, 0.9 AS confidence,
  format('of {:,} priced lines {:,} are free', c.priced, c.free) AS evidence
FROM scope.order_lines l
JOIN scope.orders o USING (order_key)
JOIN work.line_customs c ON c._system = l._system
LEFT JOIN work.usual_prices u ON u._system = l._system AND u.sku = l.sku AND u.unit IS NOT DISTINCT FROM l.unit
  AND u.currency IS NOT DISTINCT FROM o.currency AND u.lines >= 3
WHERE l.unit_price = 0 AND l.quantity > 0 AND coalesce(o.order_class, 'sale') = 'sale'
  AND c.priced >= $least AND c.free <= greatest(2, $at_most * c.priced)
