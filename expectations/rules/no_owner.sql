/* ---
title: An open order has somebody who looks after it
entity: orders
kind: no_owner
severity: medium
dimension: completeness
line_of_defence: 3
reach: clock
needs: [user_actions, orders.entered_by]
checked: "cancelled_at IS NULL"
applies:
  when: "EXISTS (FROM work.owned_orders WHERE orders >= $minimum AND owned >= $usually * orders)"
  otherwise: "The orders of no system nearly always name somebody."
sentence: "Nobody is named on this open order ({evidence})."
parameters: {usually: 0.98, minimum: 50}
--- */
-- Neither the one who entered it nor a user of any action, change or exception is known.
WITH open AS (
  SELECT order_key, arg_min({'stage': stage, 'at': entered_at}, stage_no) AS visit
  FROM marts.stage_facts SEMI JOIN scope.orders USING (order_key) WHERE is_open GROUP BY order_key
), unnamed AS (
  SELECT o.record_key, o.order_key, o.order_id, o._system, v.visit
  FROM scope.orders o JOIN open v USING (order_key)
  WHERE o.cancelled_at IS NULL AND o.entered_by IS NULL
), named AS (
  SELECT order_key FROM work.actions_of('unnamed') WHERE user_id IS NOT NULL
  UNION ALL SELECT order_key FROM core.order_changes SEMI JOIN unnamed USING (order_key) WHERE changed_by IS NOT NULL
  UNION ALL SELECT order_key FROM core.exceptions SEMI JOIN unnamed USING (order_key) WHERE coalesce(owner, raised_by) IS NOT NULL
)
SELECT u.record_key, u.order_key, u.order_id, 'entered_by' AS field, c.owned / c.orders AS confidence,
  work.say_of(c.owned, c.orders) || ' orders name somebody' AS evidence, 'entry' AS origin_stage
FROM unnamed u
JOIN work.owned_orders c ON c._system = u._system AND c.orders >= $minimum AND c.owned >= $usually * c.orders
ANTI JOIN named n ON n.order_key = u.order_key
