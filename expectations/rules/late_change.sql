/* ---
title: Nothing is changed after shipping
entity: order_changes
kind: late_change
severity: high
dimension: timeliness
line_of_defence: 3
reach: order
needs: [order_changes.changed_at, deliveries.at]
sentence: "{field} was changed to {observed}, {evidence} the goods had left."
parameters: {fields: [quantity, unit, sku, requested_delivery_date, ship_to, customer_id, unit_price, discount, payment_terms]}
--- */
-- What the customer asked for and somebody approved, such as another place while the goods are on their way, is no mistake.
SELECT c.record_key, c.order_key, c.order_id, c.line_id, c.field, c.new_value AS observed, c.old_value AS expected,
  0.9 AS confidence, work.say_span(date_diff('second', c.milestone, c.changed_at)) || ' after' AS evidence,
  c.changed_by AS origin_user, c.changed_at AS origin_at
FROM work.late_changes c
WHERE c.after = 'shipping' AND c.has_delivery_note AND list_contains($fields, c.field)
  AND NOT (coalesce(c.customer_initiated, false) AND c.is_approved)
