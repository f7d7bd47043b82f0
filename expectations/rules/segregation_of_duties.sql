/* ---
title: Duties of one order are kept apart
entity: orders
kind: segregation_of_duties
severity: high
dimension: validity
line_of_defence: 2
reach: order
needs: [user_actions.user_id]
applies:
  when: "EXISTS (FROM meta.segregation WHERE across = 'order')"
  otherwise: "No duties are laid down that must be kept apart; name them in process.yaml (segregation)."
cannot_tell:
  count: "SELECT count(DISTINCT a.order_key) FROM marts.action_facts a SEMI JOIN (FROM meta.segregation WHERE across = 'order') s ON s.activity_key = lower(a.activity) WHERE a.user_id IS NULL"
  because: "who did one of the steps is unknown"
sentence: "{observed} did {expected} ({evidence})."
--- */
-- A user did more than one step of a set. What the first of these steps was nobody is blamed for; the next one is the breach.
WITH acts AS (
  SELECT o.record_key, o.order_key, o.order_id, a.line_id, s.set_no, s.step, a.user_id, a."at", a.action_no, a.activity, a.stage,
    CASE WHEN (SELECT process_case FROM meta.process) = 'line' THEN coalesce(a.line_key, a.order_key) ELSE a.order_key END AS case_key
  FROM scope.action_facts a
  JOIN meta.segregation s ON s.across = 'order' AND s.activity_key = lower(a.activity)
  JOIN scope.orders o USING (order_key)
  LEFT JOIN core.users u ON u._system = o._system AND u.user_id = a.user_id
  WHERE a.user_id IS NOT NULL AND NOT coalesce(a.automatic, u.automatic, false)
), first_acts AS (
  SELECT *, row_number() OVER duties AS duty_no,
    string_agg(work.say_action(activity) || ' ' || work.say_when("at"), ' and ') OVER (duties ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS done,
    string_agg(step, ' and ') OVER (duties ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS steps
  FROM (FROM acts QUALIFY row_number() OVER (PARTITION BY case_key, set_no, user_id, step ORDER BY "at", action_no) = 1)
  WINDOW duties AS (PARTITION BY case_key, set_no, user_id ORDER BY "at", action_no)
)
SELECT record_key, order_key, order_id, line_id, 'activity' AS field, user_id AS observed, steps AS expected,
  1.0 AS confidence, done AS evidence, user_id AS origin_user, "at" AS origin_at, stage AS origin_stage
FROM first_acts WHERE duty_no = 2
QUALIFY row_number() OVER (PARTITION BY record_key ORDER BY "at", action_no, set_no) = 1
