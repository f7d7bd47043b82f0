/* ---
title: Nothing is changed after shipping
entity: order_changes
kind: late_change
severity: high
dimension: timeliness
line_of_defence: 3
reach: order
needs: [order_changes.changed_at, deliveries.at]
sentence: "{field} was changed to {observed} {evidence} the goods had left."
parameters: {fields: [quantity, unit, sku, requested_delivery_date, ship_to, customer_id, unit_price, discount, payment_terms]}
--- */
WITH shipped AS (
  SELECT order_key, line_id, min("at") AS moment FROM scope.deliveries WHERE coalesce(kind, 'delivery') = 'delivery'
  GROUP BY ALL
), of_order AS (SELECT order_key, min(moment) AS moment FROM shipped GROUP BY order_key)
SELECT c.record_key, c.order_key, c.order_id, c.line_id, c.field, c.new_value AS observed, c.old_value AS expected,
  0.9 AS confidence,
  round(date_diff('minute', coalesce(l.moment, o.moment), c.changed_at) / 60.0, 1) || ' hours after' AS evidence,
  c.changed_by AS origin_user, c.changed_at AS origin_at
FROM scope.order_changes c
LEFT JOIN shipped l ON l.order_key = c.order_key AND l.line_id = c.line_id AND c.line_id IS NOT NULL
LEFT JOIN of_order o ON o.order_key = c.order_key AND c.line_id IS NULL
WHERE c.changed_at > coalesce(l.moment, o.moment) AND list_contains($fields, c.field)
