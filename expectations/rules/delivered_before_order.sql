/* ---
title: Nothing is delivered before it was ordered
entity: deliveries
kind: time_order
severity: medium
dimension: consistency
line_of_defence: 2
reach: order
needs: [deliveries.at, orders.ordered_at]
checked: "\"at\" IS NOT NULL AND coalesce(kind, 'delivery') = 'delivery'"
sentence: "Delivered on {observed}, {evidence} the order was entered on {expected}."
parameters: {rarely: 0.03, slack_days: 1}
--- */
-- By days, with one to spare for clocks of different zones; silent where the source enters orders afterwards as a rule.
-- First the moments, by numbers in place of keys; then the days of those that are earlier at all.
WITH early AS MATERIALIZED (
  SELECT DISTINCT d.of_order
  FROM (SELECT hash(order_key) AS of_order, "at" FROM scope.deliveries WHERE coalesce(kind, 'delivery') = 'delivery') d
  JOIN (SELECT hash(order_key) AS of_order, ordered_at FROM scope.orders) o USING (of_order)
  WHERE d."at" < o.ordered_at - to_days($slack_days::INTEGER - 1)
), judged AS (
  SELECT d.*, o.ordered_at, date_diff('day', d."at", o.ordered_at) AS days
  FROM (FROM scope.deliveries WHERE hash(order_key) IN (FROM early)) d JOIN scope.orders o USING (order_key)
  WHERE coalesce(d.kind, 'delivery') = 'delivery' AND work.day_of(d."at") < work.day_of(o.ordered_at) - $slack_days::INTEGER
), custom AS (
  SELECT d._system, avg((work.day_of(d."at") < work.day_of(o.ordered_at) - $slack_days::INTEGER)::INTEGER) AS share
  FROM core.deliveries d JOIN core.orders o USING (order_key)
  WHERE coalesce(d.kind, 'delivery') = 'delivery' AND d._system IN (SELECT _system FROM judged) GROUP BY d._system
)
SELECT j.record_key, j.order_key, j.order_id, j.line_id, 'at' AS field, work.day_of(j."at")::VARCHAR AS observed,
  work.day_of(j.ordered_at)::VARCHAR AS expected, 1 - c.share AS confidence, work.say_count(j.days, 'day', 'days') || ' before' AS evidence
FROM judged j JOIN custom c USING (_system) WHERE c.share <= $rarely
