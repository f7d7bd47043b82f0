/* ---
title: The dates of a line are possible
entity: order_lines
kind: wrong_date
severity: medium
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: record
needs: [order_lines, orders.ordered_at]
checked: "requested_delivery_date IS NOT NULL OR promised_delivery_date IS NOT NULL"
applies:
  when: "EXISTS (FROM work.usual_leads WHERE entity = 'order_lines')"
  otherwise: "Hardly any line has a requested or promised date of its own."
sentence: "This line is {evidence}."
parameters: {slack_days: 1, at_least_days: 120, times: 3}
--- */
-- Before the order was entered, where the source hardly ever has that, or absurdly far after it. A date that is the
-- order's own is judged with the order.
WITH dates AS (
  SELECT l.record_key, l.order_key, l.order_id, l.line_id, l._system, o.ordered_at, 'requested_delivery_date' AS field,
    l.requested_delivery_date AS day, o.requested_delivery_date AS of_order
  FROM scope.order_lines l JOIN scope.orders o ON o.order_key = l.order_key
  UNION ALL
  SELECT l.record_key, l.order_key, l.order_id, l.line_id, l._system, o.ordered_at, 'promised_delivery_date',
    l.promised_delivery_date, o.promised_delivery_date
  FROM scope.order_lines l JOIN scope.orders o ON o.order_key = l.order_key
), judged AS (
  SELECT d.*, u.shortest, u.middle, u.longest, date_diff('day', work.day_of(d.ordered_at), d.day) AS lead
  FROM dates d JOIN work.usual_leads u ON u._system = d._system AND u.entity = 'order_lines' AND u.field = d.field
  WHERE d.day IS NOT NULL AND d.ordered_at IS NOT NULL AND d.day IS DISTINCT FROM d.of_order
)
SELECT record_key, order_key, order_id, line_id, field, day::VARCHAR AS observed,
  (work.day_of(ordered_at) + middle::INTEGER)::VARCHAR AS expected, 0.9 AS confidence,
  CASE field WHEN 'requested_delivery_date' THEN 'wanted on ' ELSE 'promised for ' END || day || ', '
    || work.say_count(abs(lead), 'day', 'days') || CASE WHEN lead < 0 THEN ' before the order was entered'
      ELSE ' after the order was entered; nearly all lines are due within ' || work.say_count(round(longest), 'day', 'days') END AS evidence
FROM judged
WHERE (lead < -$slack_days AND shortest >= 0) OR lead > greatest($at_least_days, $times * longest)
