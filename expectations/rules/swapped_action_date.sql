/* ---
title: Day and month of an action are not swapped
entity: user_actions
kind: swapped_day_month
severity: medium
dimension: accuracy
line_of_defence: 2
reach: order
needs: [user_actions.at, orders.ordered_at]
checked: "\"at\" IS NOT NULL"
sentence: "{observed} is {evidence}; probably {suggested} is meant."
parameters: {margin: 1.5}
--- */
-- As written the action is far from the order: before it, or $margin times later than all but two in a thousand of its name
-- (work.usual_action_days). With day and month swapped it is as near as usual. What the profile's repair swapped is left alone.
WITH judged AS (
  SELECT a.record_key, a.order_key, a.order_id, a.line_id, a._system, a.activity, o.ordered_at, a."at" AS written, a.user_id,
    make_timestamp(year(a."at"), day(a."at"), month(a."at"), hour(a."at"), minute(a."at"), second(a."at")) AS other
  FROM scope.user_actions a JOIN core.orders o USING (order_key)
  ANTI JOIN ingest.repairs r ON r.entity = 'user_actions' AND r.column_name = 'at' AND r.record_key = a.record_key
  WHERE day(a."at") <= 12 AND day(a."at") <> month(a."at") AND o.ordered_at IS NOT NULL
), days AS (
  SELECT j.*, u.shortest, u.usually, u.longest, date_diff('day', j.ordered_at, j.written) AS lead, date_diff('day', j.ordered_at, j.other) AS other_lead
  FROM judged j JOIN work.usual_action_days u ON u._system = j._system AND u.activity = j.activity
)
SELECT record_key, order_key, order_id, line_id, 'at' AS field, work.day_of(written)::VARCHAR AS observed,
  work.day_of(other)::VARCHAR AS expected, work.day_of(other)::VARCHAR AS suggested, 0.85 AS confidence,
  CASE WHEN lead < 0 THEN work.say_count(-lead, 'day', 'days') || ' before the order, ' ELSE work.say_count(lead, 'day', 'days') || ' after the order, ' END
    || work.say_count(other_lead, 'day', 'days') || ' after it with day and month swapped' AS evidence,
  user_id AS origin_user, written AS origin_at
FROM days
WHERE (lead < least(shortest, 0) - 1 OR lead > $margin * greatest(longest, 14)) AND other_lead BETWEEN shortest AND usually
