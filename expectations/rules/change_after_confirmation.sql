/* ---
title: What was confirmed to the customer is not changed without him
entity: order_changes
kind: change_after_confirmation
severity: medium
dimension: timeliness
line_of_defence: 2
reach: order
needs: [order_changes.changed_at, user_actions]
sentence: "{field} was changed from {expected} to {observed}, {evidence} the order had been confirmed, without approval and not for the customer."
parameters:
  fields: [quantity, unit, sku, unit_price, discount, requested_delivery_date, promised_delivery_date, ship_to, payment_terms, customer_id, customer_name]
  rarely: 0.05   # a source that does so with more of its orders does it as a matter of course
  told: 0.5      # where fewer changes say why, one that says nothing may have been the customer's wish
--- */
SELECT c.record_key, c.order_key, c.order_id, c.line_id, c.field, c.new_value AS observed, c.old_value AS expected,
  0.8 AS confidence, work.say_span(date_diff('second', c.milestone, c.changed_at)) || ' after' AS evidence,
  c.changed_by AS origin_user, c.changed_at AS origin_at
FROM work.late_changes c LEFT JOIN work.late_change_custom u USING (_system, after)
WHERE c.after = 'confirmation' AND list_contains($fields, c.field) AND NOT c.is_approved
  AND (NOT c.customer_initiated OR (c.customer_initiated IS NULL AND u.told >= $told))
  AND coalesce(u.share <= $rarely, true)
