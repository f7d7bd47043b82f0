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
WITH combined AS (
  -- Few combinations of these values occur: the orders are gone through once, without their keys.
  SELECT _system, order_type, channel, sales_org, region, department, currency, payment_terms, status, count(*) AS orders
  FROM core.orders WHERE ordered_at IS NOT NULL AND _source IS DISTINCT FROM 'derived' GROUP BY ALL
), counted AS (
  SELECT _system, field, value, sum(orders)::BIGINT AS n
  FROM (UNPIVOT combined ON COLUMNS(* EXCLUDE (_system, orders)) INTO NAME field VALUE value) GROUP BY ALL
), fields AS (
  SELECT _system, field, count(*) FILTER (n > 1) AS usual, sum(n) AS records, min(n) FILTER (n > 1) AS least FROM counted
  GROUP BY ALL HAVING count(*) FILTER (n = 1) <= greatest(2, $odd * records) AND least >= greatest($again, $share * records) AND records >= $orders
), listed AS (
  UNPIVOT (SELECT _system, record_key, order_key, order_id, ordered_at, order_type, channel, sales_org, region, department, currency, payment_terms, status
    FROM core.orders WHERE ordered_at IS NOT NULL AND _source IS DISTINCT FROM 'derived')
  ON COLUMNS(* EXCLUDE (_system, record_key, order_key, order_id, ordered_at)) INTO NAME field VALUE value
), lone AS (
  SELECT o.*, f.usual, f.records, f.least
  FROM listed o JOIN (SELECT _system, field, value FROM counted WHERE n = 1) c USING (_system, field, value) JOIN fields f USING (_system, field)
)
SELECT c.record_key, c.order_key, c.order_id, c.field, c.value AS observed, 0.7 AS confidence,
  format('the other orders, {:,}, have {}, each of these {:,} at least', c.records - 1,
    CASE WHEN c.usual = 1 THEN 'one other value' ELSE format('one of {} others', c.usual) END, c.least) AS evidence
FROM lone c
ANTI JOIN work.odd_texts t ON t.record_key = c.record_key AND t.field = c.field
WHERE (SELECT count(*) FROM core.orders later WHERE later._system = c._system AND later.ordered_at > c.ordered_at) * c.least >= $expected * c.records
