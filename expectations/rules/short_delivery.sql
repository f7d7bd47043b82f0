/* ---
title: What was delivered is what was ordered
entity: order_lines
kind: short_delivery
severity: medium
dimension: consistency
line_of_defence: 3
reach: clock
needs: [order_lines.quantity, deliveries.quantity]
checked: "quantity IS NOT NULL"
sentence: "Ordered {expected}, delivered {observed} ({evidence})."
parameters: {settle_days: 14, tolerance: 0.0001}
--- */
-- More than ordered is wrong at once; less than ordered once nothing has left for $settle_days, or the order has come since to
-- the end of the process, beyond the stage that ships.
WITH now AS (SELECT data_until FROM meta.now), other AS (
  SELECT record_key, order_key, order_id, line_id, quantity AS ordered
  FROM work.uneven_lines WHERE is_other OR abs(sent - quantity) > $tolerance
), sent AS (
  SELECT order_key, line_id, CASE WHEN bool_or(cumulative) THEN max(quantity) ELSE sum(quantity) END AS quantity,
    count(*) AS parts, max("at") AS last_at
  FROM scope.deliveries SEMI JOIN other USING (order_key, line_id)
  WHERE coalesce(kind, 'delivery') = 'delivery' AND quantity IS NOT NULL GROUP BY ALL
), finished AS (
  -- Only where something has left lately: what has ended since then is a small part of a long history.
  SELECT order_key, max(ended_at) AS finished_at FROM marts.stage_facts SEMI JOIN sent USING (order_key)
  WHERE ended_at >= (SELECT data_until - to_days($settle_days) FROM now) AND outcome = 'completed' AND stage_no = (SELECT max(stage_no) FROM meta.stages)
    AND stage NOT IN (SELECT stage FROM meta.activities WHERE activity_kind IN ('ship', 'pick') AND stage IS NOT NULL)
  GROUP BY order_key
), hits AS (
  SELECT l.record_key, l.order_key, l.order_id, l.line_id, 'quantity' AS field, s.quantity::VARCHAR AS observed,
    l.ordered::VARCHAR AS expected, 0.9 AS confidence, work.say_count(s.parts, 'delivery', 'deliveries') || ', the last on ' || work.day_of(s.last_at) AS evidence,
    s.last_at AS origin_at, 'shipping' AS origin_stage
  FROM now, other l JOIN sent s ON s.order_key = l.order_key AND s.line_id = l.line_id
  LEFT JOIN finished f ON f.order_key = l.order_key
  WHERE s.quantity > l.ordered + $tolerance
     OR (s.quantity < l.ordered - $tolerance
       AND (s.last_at < now.data_until - to_days($settle_days) OR f.finished_at > s.last_at))
), acts AS MATERIALIZED (
  SELECT order_key, activity, "at" AS acted_at, user_id FROM work.actions_of('hits')
), actors AS (
  SELECT a.* FROM acts a JOIN meta.activities m ON m.activity_key = lower(trim(a.activity)) AND m.activity_kind = 'ship'
)
-- Who did it is whoever the event log names for the step at that time.
SELECT h.*, a.user_id AS origin_user
FROM hits h
ASOF LEFT JOIN actors a ON a.order_key = h.order_key AND h.origin_at >= a.acted_at
