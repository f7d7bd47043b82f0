/* ---
title: No order number is missing
entity: orders
kind: number_gap
severity: high
dimension: completeness
line_of_defence: 3
reach: clock
needs: [orders.ordered_at]
sentence: "{observed} is not there, right before this order: {evidence}."
parameters: {minimum: 100, dense: 0.99, in_order: 0.95, largest: 50, grace_hours: 24}
--- */
-- Numbers are what stands at the end of the order number (else of the key), within what stands before it (work.order_numbers).
-- A series without gaps has $minimum numbers or more, $dense of the steps from one to the next are 1, and $in_order of them go
-- forward in time (work.number_series). A step of more than $largest begins a new range. What follows an order younger than
-- $grace_hours may still come.
WITH now AS (SELECT data_until FROM meta.now),
after_gaps AS (
  SELECT s.*, r.n, r.dense FROM work.order_numbers s SEMI JOIN scope.orders USING (order_key)
  JOIN work.number_series r USING (series)
  ANTI JOIN work.order_numbers b ON b.series = s.series AND b.number = s.number - 1
  WHERE r.n >= $minimum AND r.dense >= $dense AND r.in_order >= $in_order
), steps AS (
  -- Of orders with the same number the first is told.
  SELECT g.*, g.number - p.number AS step
  FROM after_gaps g JOIN (
    SELECT g.series, g.number AS later, max(b.number) AS number
    FROM (SELECT DISTINCT series, number, unnest(range(number - $largest, number)) AS earlier FROM after_gaps) g
    JOIN work.order_numbers b ON b.series = g.series AND b.number = g.earlier GROUP BY ALL
  ) p ON p.series = g.series AND p.later = g.number
  WHERE NOT EXISTS (FROM work.order_numbers t WHERE t.series = g.series AND t.number = g.number AND t.order_key < g.order_key)
), named AS (
  SELECT o.record_key, o.order_key, o.order_id, s.* EXCLUDE (order_key), coalesce(o.order_number, o.order_id) AS text,
    CASE WHEN o.order_number IS NULL THEN 'order_id' ELSE 'order_number' END AS field, rtrim(text, '0123456789') AS prefix,
    (length(text) - length(prefix))::INTEGER AS places
  FROM now, steps s JOIN scope.orders o ON o.order_key = s.order_key
  WHERE s.ordered_at < now.data_until - to_hours($grace_hours)
)
SELECT record_key, order_key, order_id, field,
  prefix || lpad((number - step + 1)::VARCHAR, places, '0') || CASE WHEN step > 2
    THEN ' to ' || prefix || lpad((number - 1)::VARCHAR, places, '0') ELSE '' END AS observed,
  round(dense, 4) AS confidence,
  CASE WHEN step > 2 THEN (step - 1) || ' numbers are' ELSE 'a number is' END || ' missing in a range in which '
    || work.say_share(dense) || format(' of {:,} numbers follow one another', n) AS evidence
FROM named
