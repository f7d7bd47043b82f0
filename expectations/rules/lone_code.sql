/* ---
title: A code comes again where all others do
entity: order_lines
kind: unknown_reference
severity: medium
dimension: integrity
line_of_defence: 1
origin_stage: entry
reach: table
needs: [order_lines.sku, orders.ordered_at]
checked: "sku IS NOT NULL"
sentence: "The product {observed} occurs once only: {evidence}."
parameters: {values: 20, records: 20, again: 5, expected: 3}
--- */
-- Where no list of products is given: each of the $values codes and more comes again, $again times at least and $records on average, but
-- for one or two that occur once. A new product would have come again since: the rarest tenth of the others would have, $expected times.
WITH asked AS (
  FROM (SELECT DISTINCT _system FROM core.order_lines) WHERE _system NOT IN (SELECT _system FROM core.products WHERE NOT _derived)
), own AS NOT MATERIALIZED (
  FROM core.order_lines SEMI JOIN asked USING (_system)
), counted AS (
  SELECT l._system, l.sku, count(*) AS n
  FROM own l ANTI JOIN (FROM core.orders WHERE ordered_at IS NULL) o ON o.order_key = l.order_key
  WHERE l.sku IS NOT NULL GROUP BY ALL
), systems AS (
  SELECT _system, count(*) FILTER (n > 1) AS codes, sum(n) AS lines, min(n) FILTER (n > 1) AS least, quantile_disc(n, 0.1) FILTER (n > 1) AS rare
  FROM counted GROUP BY _system
  HAVING count(*) FILTER (n = 1) BETWEEN 1 AND 2 AND least >= $again AND codes >= $values AND sum(n) >= $records * codes
), alone AS (
  SELECT c._system, c.sku, s.codes, s.lines, s.least, s.rare FROM counted c JOIN systems s USING (_system) WHERE c.n = 1
), lines AS (
  FROM own SEMI JOIN alone USING (_system, sku)
), lone AS MATERIALIZED (
  SELECT a.*, l.record_key, l.order_key, l.order_id, l.line_id, o.ordered_at
  FROM lines l JOIN alone a USING (_system, sku) JOIN core.orders o ON o.order_key = l.order_key WHERE o.ordered_at IS NOT NULL
), after AS MATERIALIZED (
  SELECT l.record_key, o.order_key FROM core.orders o JOIN lone l ON l._system = o._system AND o.ordered_at > l.ordered_at
), later AS (
  SELECT a.record_key, count(*) AS lines
  FROM (FROM own SEMI JOIN after USING (order_key) WHERE sku IS NOT NULL) l JOIN after a USING (order_key) GROUP BY a.record_key
)
SELECT l.record_key, l.order_key, l.order_id, l.line_id, 'sku' AS field, l.sku AS observed, 0.8 AS confidence,
  format('{:,} products come again, {:,} times at least, and nine in ten {:,} times', l.codes, l.least, l.rare) AS evidence
FROM lone l JOIN later a USING (record_key)
ANTI JOIN work.odd_texts t ON t.record_key = l.record_key AND t.field = 'sku'
WHERE a.lines * l.rare >= $expected * l.lines
