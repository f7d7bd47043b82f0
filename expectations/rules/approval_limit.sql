/* ---
title: Who approves may approve so much
entity: user_actions
kind: unauthorised_action
severity: high
dimension: validity
line_of_defence: 2
reach: reference
needs: [user_actions.user_id, users.approval_limit, orders.net_amount]
checked: "user_id IS NOT NULL"
sentence: "{observed} approved an order of {evidence}, with a limit of {expected}."
parameters: {usually: 0.9}
--- */
-- Limits that the source mostly does not keep are not the limits of these approvals; an amount above everybody's limit
-- could not have been approved by anybody else.
WITH approvals AS (
  SELECT a.record_key, a.order_key, a.order_id, a.user_id, a.approved_at AS moment, a.net_amount, u.approval_limit, a.stage
  FROM work.approvals a
  JOIN core.users u ON u._system = a._system AND u.user_id = a.user_id
  WHERE u.approval_limit IS NOT NULL AND a.net_amount IS NOT NULL AND NOT a.automatic
), highest AS (SELECT max(approval_limit) AS amount FROM core.users
), custom AS (SELECT avg((net_amount <= approval_limit)::INTEGER) AS share FROM approvals)
SELECT a.record_key, a.order_key, a.order_id, 'activity' AS field, a.user_id AS observed,
  a.approval_limit::VARCHAR AS expected, c.share AS confidence, work.say_number(a.net_amount) AS evidence,
  a.user_id AS origin_user, a.moment AS origin_at, a.stage AS origin_stage
FROM approvals a, custom c, highest h
WHERE a.net_amount > a.approval_limit AND c.share >= $usually AND a.net_amount <= h.amount
  AND a.order_key IN (SELECT order_key FROM scope.orders)
