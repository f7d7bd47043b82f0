/* ---
title: An order that needs approval has it
entity: orders
kind: skipped_approval
severity: high
dimension: validity
line_of_defence: 2
reach: order
needs: [user_actions, orders.net_amount]
checked: "net_amount IS NOT NULL"
applies:
  when: "NOT EXISTS (FROM meta.approvals WHERE subject = 'step') AND NOT EXISTS (FROM meta.required_stages r JOIN meta.activities a USING (stage) WHERE r.required AND a.activity_kind = 'approve')"
  otherwise: "The process lays down what has to be approved: missing_approval judges by that."
sentence: "The order of {observed} went past approval; orders above {expected} are approved ({evidence})."
parameters: {usually: 0.85, minimum: 50}
--- */
-- The amount from which on orders are approved is read from the data: the one that best parts approved from other orders,
-- among those that are sampled.
-- Only orders that went on to a later stage are judged, by their amount without the changes that were approved themselves.
WITH step AS (SELECT min(stage_no) AS no FROM meta.activities WHERE activity_kind = 'approve'),
approved AS (
  SELECT DISTINCT order_key FROM work.approvals
), threshold AS (
  SELECT _system, arg_max({'amount': amount, 'share': k / n}, 2 * k - n) AS best
  FROM work.approval_amounts WHERE n >= $minimum GROUP BY _system
), unapproved AS (
  SELECT o.record_key, o.order_key, o.order_id, o.net_amount, t.best
  FROM scope.orders o JOIN threshold t USING (_system)
  ANTI JOIN approved a ON a.order_key = o.order_key
  LEFT JOIN work.approved_changes c ON c.order_key = o.order_key
  WHERE o.cancelled_at IS NULL AND t.best.share >= $usually
    AND o.net_amount::DOUBLE - coalesce(c.amount, 0) >= t.best.amount
), went_on AS (
  -- Whoever took the first step after the approval that is missing.
  SELECT order_key, arg_min(user_id, ("at", action_no)) AS who, min("at") AS moment
  FROM step, scope.action_facts SEMI JOIN unapproved USING (order_key) WHERE stage_no > step.no GROUP BY order_key
), past AS (
  SELECT DISTINCT s.order_key FROM step, scope.stage_facts s SEMI JOIN unapproved USING (order_key) WHERE s.stage_no > step.no
)
SELECT u.record_key, u.order_key, u.order_id, 'activity' AS field, u.net_amount::VARCHAR AS observed,
  round(u.best.amount, 2)::VARCHAR AS expected, u.best.share AS confidence,
  work.say_share(u.best.share) || ' of them' AS evidence,
  w.who AS origin_user, w.moment AS origin_at, 'approval' AS origin_stage
FROM unapproved u SEMI JOIN past p ON p.order_key = u.order_key LEFT JOIN went_on w ON w.order_key = u.order_key
