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
WITH lines AS (
  SELECT l._system, l.sku, o.ordered_at, l.record_key, l.order_key, l.order_id, l.line_id
  FROM core.order_lines l JOIN core.orders o USING (order_key)
  WHERE l.sku IS NOT NULL AND o.ordered_at IS NOT NULL AND l._system NOT IN (SELECT _system FROM core.products WHERE NOT _derived)
), counted AS (
  SELECT _system, sku, count(*) AS n FROM lines GROUP BY ALL
), systems AS (
  SELECT _system, count(*) FILTER (n > 1) AS codes, sum(n) AS lines, quantile_disc(n, 0.1) FILTER (n > 1) AS rare
  FROM counted GROUP BY _system
  HAVING count(*) FILTER (n = 1) BETWEEN 1 AND 2 AND min(n) FILTER (n > 1) >= $again AND codes >= $values AND sum(n) >= $records * codes
)
SELECT l.record_key, l.order_key, l.order_id, l.line_id, 'sku' AS field, l.sku AS observed, 0.8 AS confidence,
  format('{:,} products come again, {:,} times at least, and nine in ten {:,} times', s.codes,
    (SELECT min(n) FROM counted c WHERE c._system = l._system AND c.n > 1), s.rare) AS evidence
FROM lines l JOIN counted c USING (_system, sku) JOIN systems s USING (_system)
ANTI JOIN work.odd_texts t ON t.record_key = l.record_key AND t.field = 'sku'
WHERE c.n = 1
  AND (SELECT count(*) FROM lines later WHERE later._system = l._system AND later.ordered_at > l.ordered_at) * s.rare >= $expected * s.lines
