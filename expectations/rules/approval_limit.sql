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
-- First whether anybody approved more than that; only then are all approvals gone through.
WITH highest AS (SELECT max(approval_limit) AS amount FROM core.users
), suspects AS MATERIALIZED (
  SELECT a.record_key, a.order_key, a.order_id, a.user_id, a.approved_at AS moment, o.net_amount, u.approval_limit, a.stage
  FROM highest h, work.approvals a
  JOIN scope.orders o USING (order_key)
  JOIN core.users u ON u._system = o._system AND u.user_id = a.user_id
  WHERE o.net_amount > u.approval_limit AND o.net_amount <= h.amount AND NOT a.automatic
), limits AS (
  SELECT _system, user_id, approval_limit FROM core.users WHERE approval_limit IS NOT NULL AND EXISTS (FROM suspects)
), custom AS (
  SELECT avg((o.net_amount <= u.approval_limit)::INTEGER) AS share
  FROM work.approvals a
  JOIN (FROM core.orders WHERE _system IN (SELECT DISTINCT _system FROM limits)) o USING (order_key)
  JOIN limits u ON u._system = o._system AND u.user_id = a.user_id
  WHERE o.net_amount IS NOT NULL AND NOT a.automatic
)
SELECT s.record_key, s.order_key, s.order_id, 'activity' AS field, s.user_id AS observed,
  s.approval_limit::VARCHAR AS expected, c.share AS confidence, work.say_number(s.net_amount) AS evidence,
  s.user_id AS origin_user, s.moment AS origin_at, s.stage AS origin_stage
FROM suspects s, custom c
WHERE c.share >= $usually
