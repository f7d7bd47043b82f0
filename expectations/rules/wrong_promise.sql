/* ---
title: The promised date is possible
entity: orders
kind: wrong_date
severity: medium
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: record
needs: [orders.promised_delivery_date, orders.ordered_at]
checked: "promised_delivery_date IS NOT NULL"
sentence: "The goods are promised for {observed}, {evidence} after the order was entered; nearly all are within {expected}."
parameters: {at_least_days: 120, times: 3}
--- */
-- Absurdly far after the order: more than $times what nearly all orders of the source leave, and at least $at_least_days.
-- What lies as far as the requested date is that date's fault.
WITH leads AS (
  SELECT _system, date_diff('day', work.day_of(ordered_at), promised_delivery_date) AS lead, count(*) AS n FROM core.orders
  WHERE promised_delivery_date IS NOT NULL GROUP BY ALL
), counted AS (
  SELECT *, sum(n) OVER (PARTITION BY _system ORDER BY lead) AS until, sum(n) OVER (PARTITION BY _system) AS given FROM leads WHERE lead IS NOT NULL
), usual AS (
  SELECT _system, work.counted_quantile(lead, until, given, 0.995) AS longest FROM counted GROUP BY _system
), judged AS (
  SELECT o.*, greatest($at_least_days, $times * u.longest) AS allowed, date_diff('day', work.day_of(o.ordered_at), o.promised_delivery_date) AS lead
  FROM scope.orders o JOIN usual u USING (_system) WHERE o.promised_delivery_date IS NOT NULL
)
SELECT record_key, order_key, order_id, 'promised_delivery_date' AS field, promised_delivery_date::VARCHAR AS observed,
  work.say_count(round(allowed), 'day', 'days') AS expected, 0.9 AS confidence, work.say_count(lead, 'day', 'days') AS evidence
FROM judged
WHERE lead > allowed AND NOT coalesce(abs(date_diff('day', requested_delivery_date, promised_delivery_date)) <= 31, false)
