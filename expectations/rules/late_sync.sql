/* ---
title: A program's step follows at once
entity: user_actions
kind: late_sync
severity: medium
dimension: timeliness
line_of_defence: 2
reach: order
needs: [user_actions.automatic]
checked: "automatic"
sentence: "“{observed}” came {evidence} after the step before; usual is {expected}."
parameters: {quantile: 0.9, times: 10, at_least_hours: 4, at_once_hours: 2, minimum: 50}
--- */
-- Programs do not wait for office hours: a step that they usually do within $at_once_hours and now did much later was late.
WITH usual AS (
  SELECT activity, quantile_cont(seconds_since_previous, $quantile) AS seconds
  FROM marts.action_facts WHERE automatic AND seconds_since_previous IS NOT NULL
  GROUP BY activity HAVING count(*) >= $minimum AND seconds <= 3600 * $at_once_hours
)
SELECT a.record_key, a.order_key, a.order_id, a.line_id, 'at' AS field, a.activity AS observed,
  'up to ' || work.say_span(u.seconds) AS expected, 0.85 AS confidence,
  work.say_span(a.seconds_since_previous) AS evidence, a.user_id AS origin_user, a."at" AS origin_at,
  coalesce(a.stage, b.stage) AS origin_stage
FROM scope.action_facts a JOIN usual u USING (activity)
-- A step that belongs to no stage hands over from the stage before it.
LEFT JOIN scope.action_facts b ON b.order_key = a.order_key AND b.action_no = a.action_no - 1
WHERE a.automatic AND a.seconds_since_previous > greatest($times * u.seconds, $at_least_hours * 3600)
