/* ---
title: The requested date is possible
entity: orders
kind: wrong_date
severity: medium
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: record
needs: [orders.requested_delivery_date, orders.ordered_at]
checked: "requested_delivery_date IS NOT NULL"
sentence: "The customer is said to want the goods on {observed}, {evidence} the order was entered."
parameters: {slack_days: 1, at_least_days: 120, times: 3, seldom: 0.02, few: 3}
--- */
-- Before the order, or absurdly far after it: more than $times what nearly all orders of the source leave, and at least
-- $at_least_days. Where orders are wanted the same or the next day, $slack_days are allowed for the hours of midnight. What swapping day and month explains is left to that rule.
-- A source of whose orders more than $seldom, and more than $few, were wanted before they were entered enters orders afterwards, and is not judged.
WITH leads AS (
  SELECT _system, date_diff('day', work.day_of(ordered_at), requested_delivery_date) AS lead, count(*) AS n FROM core.orders
  WHERE requested_delivery_date IS NOT NULL GROUP BY ALL
), counted AS (
  SELECT *, sum(n) OVER (PARTITION BY _system ORDER BY lead) AS until, sum(n) OVER one AS given,
    coalesce(sum(n) FILTER (lead < 0) OVER one, 0) AS before
  FROM leads WHERE lead IS NOT NULL WINDOW one AS (PARTITION BY _system)
), usual AS (
  SELECT _system, work.counted_quantile(lead, until, given, 0.995) AS longest,
    work.counted_quantile(lead, until - before, given - before, 0.02) AS shortest, work.counted_quantile(lead, until, given, 0.5) AS middle
  FROM counted GROUP BY _system
  HAVING coalesce(sum(n) FILTER (lead < -$slack_days), 0) <= greatest($seldom * sum(n), least($few, 0.2 * sum(n)))
), judged AS (
  SELECT o.*, u.*, date_diff('day', work.day_of(o.ordered_at), o.requested_delivery_date) AS lead,
    CASE WHEN day(o.requested_delivery_date) <= 12 AND day(o.requested_delivery_date) <> month(o.requested_delivery_date)
      THEN date_diff('day', work.day_of(o.ordered_at), make_date(year(o.requested_delivery_date),
        day(o.requested_delivery_date), month(o.requested_delivery_date))) END AS swapped_lead
  FROM scope.orders o JOIN usual u ON u._system = o._system WHERE o.requested_delivery_date IS NOT NULL
)
SELECT record_key, order_key, order_id, 'requested_delivery_date' AS field, requested_delivery_date::VARCHAR AS observed,
  (work.day_of(ordered_at) + middle::INTEGER)::VARCHAR AS expected, 0.9 AS confidence,
  work.say_count(abs(lead), 'day', 'days') || CASE WHEN lead < 0 THEN ' before' ELSE ' after' END AS evidence
FROM judged
WHERE (lead < CASE WHEN shortest >= 2 THEN 0 ELSE -$slack_days END OR lead > greatest($at_least_days, $times * longest))
  AND NOT coalesce(swapped_lead BETWEEN shortest AND 3 * greatest(longest, 14), false)
