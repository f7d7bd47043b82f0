/* ---
title: Two people do what two people must do
entity: orders
kind: four_eyes
severity: high
dimension: validity
line_of_defence: 2
reach: order
needs: [user_actions.user_id]
applies:
  when: "EXISTS (FROM work.four_eyes)"
  otherwise: "No two steps are laid down that two people must do, and the data show none; name them in process.yaml (four_eyes)."
cannot_tell:
  count: "SELECT count(DISTINCT a.order_key) FROM marts.action_facts a JOIN (SELECT unnest(list_concat(first_keys, second_keys)) AS activity_key FROM work.four_eyes) k ON k.activity_key = lower(a.activity) WHERE a.user_id IS NULL"
  because: "who did one of the two steps is unknown"
sentence: "{observed} did both {expected} ({evidence})."
--- */
-- An unknown user cannot be told from anybody and is not judged; neither is a program. Acting for somebody else makes no second person.
WITH sides AS (
  SELECT _system, pair_no, 1 AS side, unnest(first_keys) AS activity_key FROM work.four_eyes
  UNION ALL SELECT _system, pair_no, 2, unnest(second_keys) FROM work.four_eyes
), doubles AS (
  -- All orders are gone through by numbers: those in which one user took both sides of a pair.
  SELECT hash(a.order_key) AS of_order
  FROM scope.action_facts a JOIN sides s ON s.activity_key = lower(a.activity)
  WHERE a.user_id IS NOT NULL AND NOT coalesce(a.automatic, false)
  GROUP BY of_order, s.pair_no, hash(a.user_id) HAVING min(s.side) < max(s.side)
), doubted AS MATERIALIZED (
  FROM scope.action_facts WHERE hash(order_key) IN (SELECT of_order FROM doubles) AND user_id IS NOT NULL
), acts AS (
  SELECT o.order_key, o.order_id, o.record_key, o.entered_by, s.pair_no, s.side, a.user_id, a."at", a.action_no, a.activity,
    a.activity_kind, a.stage, a.stage_no, a.line_id, CASE WHEN (SELECT process_case FROM meta.process) = 'line' THEN coalesce(a.line_key, a.order_key)
      ELSE a.order_key END AS case_key
  FROM doubted a
  JOIN sides s ON s.activity_key = lower(a.activity)
  JOIN scope.orders o ON o.order_key = a.order_key AND (s._system IS NULL OR s._system = o._system)
  LEFT JOIN core.users u ON u._system = o._system AND u.user_id = a.user_id
  WHERE NOT coalesce(a.automatic, u.automatic, false) AND NOT coalesce(a.outcome ILIKE 'reject%', false)
), same AS (
  SELECT x.*, y.activity AS other_activity, y."at" AS other_at, y.stage AS other_stage,
    greatest(x."at", y."at") AS done_at, CASE WHEN x."at" > y."at" THEN x.stage ELSE y.stage END AS done_stage
  FROM acts x JOIN acts y ON y.case_key = x.case_key AND y.pair_no = x.pair_no AND y.user_id = x.user_id
  WHERE x.side = 1 AND y.side = 2
    -- self_approval tells these.
    AND NOT (x.stage_no = 1 AND y.activity_kind = 'approve' AND y.user_id = x.entered_by)
  QUALIFY row_number() OVER (PARTITION BY x.record_key ORDER BY x.pair_no, done_at, x.action_no, y.action_no) = 1
)
SELECT s.record_key, s.order_key, s.order_id, s.line_id, 'activity' AS field, s.user_id AS observed,
  f.first_step || ' and ' || f.second_step AS expected,
  CASE WHEN f.same IS NULL THEN 1.0 ELSE 1 - f.same / f.expected END AS confidence,
  work.say_action(s.activity) || ' ' || work.say_when(s."at") || ' and ' || work.say_action(s.other_activity) || ' ' || work.say_when(s.other_at) || CASE WHEN f.same IS NULL THEN ''
    ELSE '; so in ' || work.say_of(f.same, f.n) || ' orders, by chance it would be ' || work.say_number(round(f.expected)) END AS evidence,
  s.user_id AS origin_user, s.done_at AS origin_at, s.done_stage AS origin_stage
FROM same s JOIN work.four_eyes f USING (pair_no)
