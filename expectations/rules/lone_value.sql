/* ---
title: A value of a few occurs again where all others do
entity: orders
kind: invalid_value
severity: low
dimension: validity
line_of_defence: 1
origin_stage: entry
reach: table
needs: [orders.ordered_at]
sentence: "{field} is {observed} in this order only: {evidence}."
parameters: {orders: 500, share: 0.005, again: 10, odd: 0.001, expected: 5}
--- */
-- Order type, channel and the like have few values: each has $share of the orders or more and $again at least, but for two (or $odd of the orders) that
-- a single order has each. Of $orders that have one. A new value would have come again since: the rarest of the others would have, $expected times.
WITH listed AS (
  UNPIVOT (SELECT _system, record_key, ordered_at, order_type, channel, sales_org, region, department, currency, payment_terms, status
    FROM core.orders WHERE ordered_at IS NOT NULL AND _source IS DISTINCT FROM 'derived')
  ON COLUMNS(* EXCLUDE (_system, record_key, ordered_at)) INTO NAME field VALUE value
), counted AS (
  SELECT _system, field, value, count(*) AS n, any_value(record_key) AS record_key, any_value(ordered_at) AS ordered_at FROM listed GROUP BY ALL
), fields AS (
  SELECT _system, field, count(*) FILTER (n > 1) AS usual, sum(n) AS records, min(n) FILTER (n > 1) AS least FROM counted
  GROUP BY ALL HAVING count(*) FILTER (n = 1) <= greatest(2, $odd * records) AND least >= greatest($again, $share * records) AND records >= $orders
)
SELECT o.record_key, o.order_key, o.order_id, c.field, c.value AS observed, 0.7 AS confidence,
  format('the other orders, {:,}, have {}, each of these {:,} at least', f.records - 1,
    CASE WHEN f.usual = 1 THEN 'one other value' ELSE format('one of {} others', f.usual) END, f.least) AS evidence
FROM counted c JOIN fields f USING (_system, field) JOIN core.orders o USING (record_key)
ANTI JOIN work.odd_texts t ON t.record_key = c.record_key AND t.field = c.field
WHERE c.n = 1 AND (SELECT count(*) FROM core.orders later WHERE later._system = c._system AND later.ordered_at > c.ordered_at) * f.least >= $expected * f.records
