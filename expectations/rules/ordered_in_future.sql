/* ---
title: No order is entered after the data end
entity: orders
kind: out_of_range
severity: medium
dimension: validity
line_of_defence: 1
origin_stage: entry
reach: record
needs: [orders.ordered_at]
checked: "ordered_at IS NOT NULL"
sentence: "The order is said to be entered on {observed}, {evidence}."
parameters: {slack_days: 2}
--- */
-- A moment that had not come when the data were made. What the data end with is what was plausibly recorded last, so
-- that a mistyped year does not move it; two days are left for time zones and for extracts that take a night.
SELECT o.record_key, o.order_key, o.order_id, 'ordered_at' AS field, o.ordered_at::VARCHAR AS observed,
  'by ' || work.day_of(n.data_until) AS expected, 1.0 AS confidence,
  work.say_count(date_diff('day', n.data_until, o.ordered_at), 'day', 'days') || ' after the data end (' || work.day_of(n.data_until) || ')' AS evidence
FROM scope.orders o, meta.now n
WHERE o.ordered_at > n.data_until + to_days($slack_days)
