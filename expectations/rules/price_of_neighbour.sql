/* ---
title: The price on a line is not that of a neighbouring code
entity: order_lines
kind: wrong_product
severity: high
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: table
needs: [order_lines.sku, order_lines.unit_price]
checked: "sku IS NOT NULL AND unit_price > 0"
sentence: "{observed} is probably a slip for {suggested}: {evidence}."
parameters: {minimum: 8, prices: 4, again: 3, steady: 0.95}
--- */
-- Where there is no price list. A product of $minimum lines and more has few prices: $prices at most have $steady of its lines. A line has a
-- price that no other line of its product has, and $again lines and one in ten of exactly one neighbour have: a code of the same length with
-- two characters swapped, else one that differs in one character. Silent where the line's own text is that of its code.
WITH codes AS (
  -- First which codes these are: where all have a price the lines are not looked at.
  SELECT c._system, c.sku FROM (SELECT DISTINCT _system, sku FROM core.order_lines WHERE sku IS NOT NULL) c
  ANTI JOIN core.prices p ON p._system = c._system AND p.sku = c.sku
), unlisted AS (
  SELECT l._system, l.sku, l.unit_price AS price, count(*) AS lines, any_value(l.description) AS description, any_value(l.rowid) AS line
  FROM core.order_lines l SEMI JOIN codes c ON c._system = l._system AND c.sku = l.sku
  WHERE l.unit_price > 0 AND l.sku IS NOT NULL AND l.quantity > 0 GROUP BY ALL
), placed AS MATERIALIZED (
  SELECT *, sum(lines) OVER product AS all_lines, row_number() OVER (product ORDER BY lines DESC, price) AS place
  FROM unlisted WINDOW product AS (PARTITION BY _system, sku)
), steady AS (
  SELECT _system, sku, any_value(all_lines) AS all_lines, mode(description) AS text FROM placed GROUP BY ALL
  HAVING any_value(all_lines) >= $minimum AND sum(lines) FILTER (place <= $prices) >= $steady * (any_value(all_lines) - 1)
), alone AS (
  SELECT p._system, p.sku, p.price, p.line, s.all_lines
  FROM placed p JOIN steady s USING (_system, sku) WHERE p.lines = 1 AND p.description IS NULL
), had AS (
  SELECT p._system, p.sku, p.price, p.lines FROM placed p SEMI JOIN steady USING (_system, sku) WHERE p.lines >= greatest($again, 0.1 * p.all_lines)
), neighbours AS (
  SELECT a.line, h.sku AS neighbour, h.lines, list_sort(split(a.sku, '')) = list_sort(split(h.sku, '')) AS is_swap
  FROM alone a JOIN had h ON h._system = a._system AND h.price = a.price AND h.sku <> a.sku
  WHERE length(h.sku) = length(a.sku) AND damerau_levenshtein(h.sku, a.sku) = 1
  QUALIFY count(*) OVER (PARTITION BY a.line, is_swap) = 1 AND is_swap = bool_or(is_swap) OVER (PARTITION BY a.line)
)
SELECT l.record_key, l.order_key, l.order_id, l.line_id, 'sku' AS field, a.sku AS observed, n.neighbour AS expected, n.neighbour AS suggested,
  CASE WHEN n.is_swap THEN 0.8 ELSE 0.7 END AS confidence,
  format('{:,} lines of {} cost {}, and none of the {:,} others of its own code', n.lines, n.neighbour, a.price, a.all_lines - 1) AS evidence
FROM alone a JOIN neighbours n USING (line)
JOIN (SELECT rowid AS line, record_key, order_key, order_id, line_id FROM core.order_lines WHERE rowid IN (SELECT DISTINCT line FROM neighbours)) l USING (line)
