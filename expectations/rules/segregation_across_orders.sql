/* ---
title: Duties of one user are kept apart
entity: user_actions
kind: segregation_of_duties
severity: high
dimension: validity
line_of_defence: 3
reach: table
needs: [user_actions.user_id]
checked: "user_id IS NOT NULL"
applies:
  when: "EXISTS (FROM meta.segregation WHERE across = 'all_orders')"
  otherwise: "No duties are laid down that must be kept apart in all orders; name them in process.yaml (segregation, across: all_orders)."
cannot_tell:
  count: "SELECT count(*) FROM marts.action_facts a SEMI JOIN (FROM meta.segregation WHERE across = 'all_orders') s ON s.activity_key = lower(a.activity) WHERE a.user_id IS NULL"
  because: "the user is unknown"
sentence: "{observed} did {expected} ({evidence})."
--- */
-- The action by which a user did a second step of a set for the first time, in whatever order that was.
WITH acts AS (
  SELECT s.set_no, s.step, a._system, a.user_id, arg_min({'record_key': a.record_key, 'order_key': a.order_key,
    'order_id': a.order_id, 'line_id': a.line_id, 'activity': a.activity}, (a."at", a.record_key)) AS act, min(a."at") AS "at"
  FROM core.user_actions a
  JOIN meta.segregation s ON s.across = 'all_orders' AND s.activity_key = lower(trim(a.activity))
  LEFT JOIN core.users u ON u._system = a._system AND u.user_id = a.user_id
  WHERE a.user_id IS NOT NULL AND NOT coalesce(a.automatic, u.automatic, false)
  GROUP BY ALL
), duties AS (
  SELECT *, row_number() OVER one AS duty_no, lag(act) OVER one AS other, lag("at") OVER one AS other_at, lag(step) OVER one AS other_step
  FROM acts WINDOW one AS (PARTITION BY set_no, _system, user_id ORDER BY "at", step)
)
SELECT d.act.record_key AS record_key, d.act.order_key AS order_key, d.act.order_id AS order_id, d.act.line_id AS line_id,
  'activity' AS field, d.user_id AS observed, d.other_step || ' and ' || d.step AS expected, 1.0 AS confidence,
  work.say_action(d.other.activity) || ' of order ' || d.other.order_id || ' ' || work.say_when(d.other_at) || ', ' || work.say_action(d.act.activity) || ' ' || work.say_when(d."at")
    AS evidence, d.user_id AS origin_user, d."at" AS origin_at, m.stage AS origin_stage
FROM duties d LEFT JOIN meta.activities m ON m.activity_key = lower(trim(d.act.activity))
WHERE d.duty_no = 2
