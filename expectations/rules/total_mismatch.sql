/* ---
title: The order's total is the sum of its lines
entity: orders
kind: total_mismatch
severity: high
dimension: consistency
line_of_defence: 2
origin_stage: entry
reach: order
needs: [orders.net_amount, order_lines.net_amount]
checked: "net_amount IS NOT NULL AND _source IS DISTINCT FROM 'derived'"
sentence: "The order says {observed}, its lines add up to {expected} ({evidence})."
parameters: {tolerance: 0.005, tolerance_per_line: 0.005}
--- */
-- A cent a line is rounding. An order with a line without amount cannot be judged.
WITH sums AS (
  -- Numbers in place of keys: they take half as long to add up by.
  SELECT hash(order_key) AS of_order, sum(net_amount) AS total, count(*) AS lines, bool_or(net_amount IS NULL) AS incomplete
  FROM scope.order_lines GROUP BY of_order
)
SELECT o.record_key, o.order_key, o.order_id, 'net_amount' AS field,
  o.net_amount::VARCHAR AS observed, s.total::VARCHAR AS expected, s.total::VARCHAR AS suggested, 1.0 AS confidence,
  work.say_count(s.lines, 'line', 'lines') || ', difference ' || work.say_number(o.net_amount - s.total) AS evidence
FROM scope.orders o JOIN sums s ON s.of_order = hash(o.order_key)
WHERE NOT s.incomplete AND o._source IS DISTINCT FROM 'derived'
  AND abs(o.net_amount - s.total) > $tolerance + $tolerance_per_line * s.lines
