/* ---
title: A line stands in its order once
entity: order_lines
kind: duplicate_record
severity: medium
dimension: uniqueness
line_of_defence: 1
origin_stage: entry
reach: order
needs: [order_lines.sku, order_lines.quantity]
checked: "sku IS NOT NULL AND quantity IS NOT NULL"
sentence: "The order has the line of {observed} twice: {evidence}."
parameters: {minimum: 500, rarely: 0.002}
--- */
-- Product, unit, quantity, price, discount and requested date are the same; the later line is told. Only where hardly any line ($rarely of $minimum
-- and more lines of sampled orders) has its product a second time in the order; elsewhere a product comes again for another batch or rebate.
-- So it does for a customer who had this product twice in an earlier order, in lines that differ.
WITH customs AS (
  SELECT _system, sum(n) AS lines, sum(n - 1) AS again FROM (
    SELECT _system, order_key, sku, count(*) AS n FROM core.order_lines
    WHERE sku IS NOT NULL AND hash(order_key) IN (SELECT hash(order_key) FROM work.sampled_orders) GROUP BY ALL
  ) GROUP BY _system HAVING lines >= $minimum AND again <= greatest(2, $rarely * lines)
), prints AS (
  -- A number stands for what has to be the same: to sort all lines by their texts takes ten times as long.
  SELECT print FROM (
    SELECT hash(order_key, sku, unit, quantity, unit_price, discount, requested_delivery_date) AS print FROM scope.order_lines
    WHERE sku IS NOT NULL AND quantity IS NOT NULL AND _system IN (SELECT _system FROM customs)
  ) GROUP BY print HAVING count(*) > 1
), numbered AS (
  SELECT l.*, row_number() OVER same AS place, first_value(l.line_id) OVER same AS first_line
  FROM scope.order_lines l WHERE l.sku IS NOT NULL AND l.quantity IS NOT NULL
    AND hash(order_key, sku, unit, quantity, unit_price, discount, requested_delivery_date) IN (FROM prints)
  WINDOW same AS (PARTITION BY l.order_key, l.sku, l.unit, l.quantity, l.unit_price, l.discount, l.requested_delivery_date ORDER BY l._line, l.record_key)
), again AS MATERIALIZED (
  SELECT * FROM numbered WHERE place > 1
), mixed AS (
  -- Orders in which one of these products stands in lines that differ.
  SELECT order_key, sku FROM core.order_lines WHERE sku IN (SELECT sku FROM again)
  GROUP BY order_key, sku HAVING count(DISTINCT hash(unit, quantity, unit_price, discount, requested_delivery_date)) > 1
), habits AS (
  SELECT _system, customer_id, m.sku, min(ordered_at) AS since FROM mixed m JOIN core.orders USING (order_key) GROUP BY ALL
), judged AS (
  SELECT a.* FROM again a JOIN scope.orders o USING (order_key)
  LEFT JOIN habits w ON w._system = o._system AND w.customer_id = o.customer_id AND w.sku = a.sku
  WHERE coalesce(w.since >= o.ordered_at, true)
)
SELECT n.record_key, n.order_key, n.order_id, n.line_id, 'line_id' AS field, n.sku AS observed, 0.8 AS confidence,
  format('{} is the same, and {:,} of {:,} lines are of a product that their order has already', n.first_line, c.again, c.lines) AS evidence
FROM judged n JOIN customs c USING (_system)
