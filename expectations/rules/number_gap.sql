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
-- Numbers are what stands at the end of the order number (else of the key), within what stands before it: so 'SO-2026-' and
-- 'SO-2025-' count apart. A range without gaps has $minimum numbers or more, $dense of the steps from one to the next are
-- 1, and $in_order of them go forward in time. A step of more than $largest begins a new range. What follows an order
-- younger than $grace_hours may still come.
WITH now AS (SELECT data_until FROM meta.now),
numbers AS (
  SELECT order_key, _system, ordered_at, CASE WHEN order_number IS NULL THEN 'order_id' ELSE 'order_number' END AS field,
    coalesce(order_number, order_id) AS text, rtrim(text, '0123456789') AS prefix, text[length(prefix) + 1:] AS digits
  FROM core.orders WHERE _source IS DISTINCT FROM 'derived'
), steps AS (
  SELECT *, TRY_CAST(digits AS BIGINT) AS number,
    number - lag(number) OVER (PARTITION BY _system, field, prefix ORDER BY number) AS step,
    lag(ordered_at) OVER (PARTITION BY _system, field, prefix ORDER BY number) AS before
  FROM numbers WHERE length(digits) BETWEEN 1 AND 18
), ranges AS (
  SELECT _system, field, prefix, count(*) AS n, avg((step = 1)::INTEGER) AS dense, avg((ordered_at >= before)::INTEGER) AS in_order
  FROM steps WHERE step > 0 AND step <= $largest GROUP BY ALL
)
SELECT o.record_key, o.order_key, o.order_id, s.field,
  s.prefix || lpad((s.number - s.step + 1)::VARCHAR, length(s.digits)::INTEGER, '0') || CASE WHEN s.step > 2
    THEN ' to ' || s.prefix || lpad((s.number - 1)::VARCHAR, length(s.digits)::INTEGER, '0') ELSE '' END AS observed,
  round(r.dense, 4) AS confidence,
  CASE WHEN s.step > 2 THEN (s.step - 1) || ' numbers are' ELSE 'a number is' END || ' missing in a range in which '
    || round(100 * r.dense, 2) || format(' % of {:,} numbers follow one another', r.n) AS evidence
FROM now, steps s
JOIN ranges r ON r._system = s._system AND r.field = s.field AND r.prefix = s.prefix
JOIN scope.orders o ON o.order_key = s.order_key
WHERE s.step > 1 AND s.step <= $largest AND r.n >= $minimum AND r.dense >= $dense AND r.in_order >= $in_order
  AND s.ordered_at < now.data_until - to_hours($grace_hours)
