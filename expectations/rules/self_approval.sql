/* ---
title: Nobody approves an order of their own
entity: orders
kind: self_approval
severity: high
dimension: validity
line_of_defence: 2
reach: order
needs: [user_actions.user_id, orders.entered_by]
checked: "entered_by IS NOT NULL"
sentence: "{observed} entered the order and did {evidence}."
--- */
-- Four eyes. An unknown user cannot be told from anybody and is not judged; neither is a program.
SELECT o.record_key, o.order_key, o.order_id, 'activity' AS field, a.user_id AS observed, 1.0 AS confidence,
  work.say_action(a.activity) || ' ' || work.say_when(a.approved_at) AS evidence, a.user_id AS origin_user, a.approved_at AS origin_at, a.stage AS origin_stage
FROM scope.orders o
JOIN work.approvals a ON a.order_key = o.order_key AND a.user_id = o.entered_by
WHERE NOT a.automatic
QUALIFY row_number() OVER (PARTITION BY o.record_key ORDER BY a.approved_at, a.record_key) = 1
