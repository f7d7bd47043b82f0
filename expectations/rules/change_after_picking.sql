/* ---
title: What is being picked is not changed any more
entity: order_changes
kind: change_after_picking
severity: high
dimension: timeliness
line_of_defence: 2
reach: order
needs: [order_changes.changed_at, user_actions]
sentence: "{field} was changed from {expected} to {observed}, {evidence} picking had begun, without approval and not for the customer."
parameters:
  fields: [quantity, unit, sku, ship_to, customer_id]   # what decides which goods go where
  rarely: 0.05   # a source that does so with more of its orders does it as a matter of course
  told: 0.5      # where fewer changes say why, one that says nothing may have been the customer's wish
--- */
SELECT c.record_key, c.order_key, c.order_id, c.line_id, c.field, c.new_value AS observed, c.old_value AS expected,
  0.8 AS confidence, work.say_span(date_diff('second', c.milestone, c.changed_at)) || ' after' AS evidence,
  c.changed_by AS origin_user, c.changed_at AS origin_at
FROM work.late_changes c LEFT JOIN work.late_change_custom u USING (_system, after)
WHERE c.after = 'picking' AND list_contains($fields, c.field) AND NOT c.is_approved
  AND (NOT c.customer_initiated OR (c.customer_initiated IS NULL AND u.told >= $told))
  AND coalesce(u.share <= $rarely, true)
