/* ---
title: An order arrives in the other system in time
entity: order_links
kind: late_link
severity: medium
dimension: timeliness
line_of_defence: 2
reach: order
needs: [order_links, orders.ordered_at]
sentence: "The order arrived in {evidence} {observed} after its entry; {expected}."
parameters:
  target_hours: 0      # the company's own target; 0: learned from what is usual between the two systems
  quantile: 0.95       # usual is what all but one in twenty need,
  times: 5             # and late is so many times as long,
  at_least_hours: 4    # but no less
  minimum: 50
  sample: 20000
--- */
-- Arrived is the time of the link, else that of the other system's order. Who made the link is whoever the log names at that time.
WITH step AS (SELECT greatest(1, count(*) // $sample)::UBIGINT AS each FROM core.order_links
), links AS (
  SELECT record_key, order_key, order_id, _system, other_system, other_order_id, linked_at, false AS is_sample FROM scope.order_links
  UNION ALL
  SELECT record_key, order_key, order_id, _system, other_system, other_order_id, linked_at, true
  FROM core.order_links WHERE rowid IN (SELECT rowid FROM core.order_links, step WHERE hash(order_key) % step.each = 0)
), lags AS (
  SELECT l.record_key, l.order_key, l.order_id, l._system, l.other_system, l.is_sample,
    coalesce(l.linked_at, b.ordered_at) AS arrived_at, date_diff('second', o.ordered_at, arrived_at) AS seconds
  FROM links l JOIN (SELECT hash(order_key) AS of_order, ordered_at FROM core.orders) o ON o.of_order = hash(l.order_key)
  LEFT JOIN core.orders b ON b.order_key = CASE WHEN l.linked_at IS NULL THEN l.other_system || ':' || l.other_order_id END
), usual AS (
  SELECT _system, other_system, quantile_cont(seconds, $quantile) AS seconds FROM lags WHERE is_sample AND seconds >= 0
  GROUP BY ALL HAVING count(*) >= $minimum
), limits AS (
  SELECT l.*, CASE WHEN $target_hours > 0 THEN 3600 * $target_hours
    ELSE greatest($times * u.seconds, 3600 * $at_least_hours) END AS allowed, u.seconds AS usual
  FROM lags l LEFT JOIN usual u USING (_system, other_system)
), late AS (
  SELECT * FROM limits WHERE seconds > allowed AND NOT is_sample
), actors AS (
  SELECT a.order_key, a."at" AS acted_at, a.user_id, a.stage FROM work.action_facts_of('late') a
)
SELECT l.record_key, l.order_key, l.order_id, 'linked_at' AS field, work.say_span(l.seconds) AS observed,
  CASE WHEN $target_hours > 0 THEN 'the target is ' || work.say_span(3600 * $target_hours)
       ELSE 'nearly all arrive within ' || work.say_span(l.usual) END AS expected,
  0.85 AS confidence, l.other_system AS evidence, a.user_id AS origin_user, l.arrived_at AS origin_at, a.stage AS origin_stage
FROM late l LEFT JOIN actors a ON a.order_key = l.order_key AND a.acted_at = l.arrived_at
QUALIFY row_number() OVER (PARTITION BY l.record_key ORDER BY a.user_id NULLS LAST) = 1
