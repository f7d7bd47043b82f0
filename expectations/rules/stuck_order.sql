/* ---
title: An order keeps moving
entity: orders
kind: stuck_order
severity: medium
dimension: timeliness
line_of_defence: 3
reach: clock
needs: [user_actions]
checked: "cancelled_at IS NULL"
sentence: "The order has been in {observed} for {evidence}; nearly all leave it within {expected}."
parameters: {times: 1.5, tail: 1.33, at_most_times: 10, at_least_days: 10, minimum: 20}
--- */
-- Nobody took the order up, so nobody is named.
-- Late is $times the stay of all but the slowest 1 % that left the stage, and at least $at_least_days. Where the slowest
-- in a thousand take much longer still it is more, as far as the tail reaches when it goes on as between these two: with
-- stays whose logarithm is normal, $tail = 1.33 times that way is what one in fifty thousand exceeds. Never more than
-- $at_most_times the slowest 1 %, so that a few orders that were freed after months do not excuse others.
WITH now AS (SELECT data_until FROM meta.now),
latest AS (
  SELECT order_key, arg_max({'stage': stage, 'department': department, 'who': user_id, 'entered_at': entered_at},
    (entered_at, stage_no)) AS visit
  FROM marts.stage_facts WHERE is_open GROUP BY order_key
), stuck AS (
  SELECT o.record_key, o.order_id, l.order_key, l.visit,
    work.longest_stay(u.stay, u.longest, $times, $tail, $at_most_times, $at_least_days) AS allowed,
    date_diff('second', l.visit.entered_at, now.data_until) AS waited
  FROM now, latest l JOIN scope.orders o USING (order_key)
  JOIN work.usual_stays u ON u._system = o._system AND u.stage = l.visit.stage AND u.stays >= $minimum
  WHERE o.cancelled_at IS NULL AND waited > allowed
)
SELECT record_key, order_key, order_id, 'status' AS field, visit.stage AS observed,
  work.say_span(allowed) AS expected, 0.8 AS confidence, work.say_span(waited) AS evidence,
  visit.stage AS origin_stage, visit.entered_at AS origin_at
FROM stuck
