/* ---
title: A price is not a power of ten or a pack away from what the product costs
entity: order_lines
kind: wrong_price
severity: high
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: neighbours
needs: [order_lines.unit_price, order_lines.sku]
checked: "unit_price IS NOT NULL AND sku IS NOT NULL"
sentence: "The price {observed} is {evidence}; probably {suggested} is meant."
parameters: {minimum: 4, spread: 0.25, near: 0.06, seen: 0.05}
--- */
-- For products that no price list names: what their other lines cost is the list. Of these there must be $minimum with
-- nearly one price (their logarithms spread at most $spread), the price must be ten, a hundred, ... or a pack size times off
-- it, give or take that spread and $near, or just so much off what some of the other lines cost; and no other line of the product
-- may cost as much (give or take $seen).
-- A price of zero is no slip.
WITH far AS (
  SELECT l.record_key, l.order_key, l.order_id, l.line_id, l._system, l.sku, l.unit, o.currency, l.unit_price, u.spread, u.mid,
    ln(l.unit_price::DOUBLE) - u.mid AS shift, round(shift / ln(10)) AS tens, m.pack_size
  FROM scope.order_lines l ANTI JOIN core.prices p ON p._system = l._system AND p.sku = l.sku
  JOIN scope.orders o USING (order_key)
  JOIN work.usual_prices u ON u._system = l._system AND u.sku = l.sku AND u.unit IS NOT DISTINCT FROM l.unit
    AND u.currency IS NOT DISTINCT FROM o.currency
  LEFT JOIN core.products m ON m._system = l._system AND m.sku = l.sku
  WHERE l.unit_price > 0 AND u.lines > $minimum AND u.spread <= $spread AND abs(ln(l.unit_price::DOUBLE) - u.mid) >= ln(1.8)
), had AS (
  -- Prices of these products that two lines have at least, and one in twenty.
  SELECT h._system, h.sku, h.unit, h.unit_price AS price FROM core.order_lines h SEMI JOIN far f ON f._system = h._system AND f.sku = h.sku
  WHERE h.unit_price > 0 GROUP BY h._system, h.sku, h.unit, h.unit_price
  QUALIFY count(*) >= greatest(2, 0.05 * sum(count(*)) OVER (PARTITION BY h._system, h.sku, h.unit))
), tenfold AS (
  SELECT f.record_key, any_value(10.0::DOUBLE ** t.tens) AS factor
  FROM far f CROSS JOIN (SELECT unnest([-3, -2, -1, 1, 2, 3]) AS tens) t
  JOIN had h ON h._system = f._system AND h.sku = f.sku AND h.unit IS NOT DISTINCT FROM f.unit
    AND abs(h.price::DOUBLE * 10.0::DOUBLE ** t.tens / f.unit_price::DOUBLE - 1) < 0.0005
  GROUP BY f.record_key
), shifted AS (
  SELECT f.*, CASE WHEN t.factor IS NOT NULL THEN t.factor WHEN tens <> 0 AND abs(shift - ln(10) * tens) <= $near + spread THEN 10.0::DOUBLE ** tens
    WHEN pack_size > 1 AND abs(abs(shift) - ln(pack_size::DOUBLE)) <= $near + spread THEN pack_size::DOUBLE ** sign(shift) END AS times_off
  FROM far f LEFT JOIN tenfold t USING (record_key)
  WHERE times_off IS NOT NULL
), beside AS MATERIALIZED (
  SELECT s.record_key, s.currency, s.unit_price AS own_price, h.unit_price, h.order_key
  FROM shifted s
  JOIN core.order_lines h ON h._system = s._system AND h.sku = s.sku AND h.unit IS NOT DISTINCT FROM s.unit
    AND h.record_key <> s.record_key AND h.unit_price > 0
), others AS (
  SELECT s.record_key, count(*) AS lines, mode(s.unit_price) AS usual,
    count(*) FILTER (abs(ln(s.unit_price::DOUBLE) - ln(s.own_price::DOUBLE)) <= $seen) AS as_dear
  FROM beside s
  JOIN (FROM core.orders SEMI JOIN (SELECT DISTINCT order_key FROM beside) USING (order_key)) o
    ON o.order_key = s.order_key AND o.currency IS NOT DISTINCT FROM s.currency
  GROUP BY s.record_key
)
SELECT s.record_key, s.order_key, s.order_id, s.line_id, 'unit_price' AS field, s.unit_price::VARCHAR AS observed,
  o.usual::VARCHAR AS expected, round(s.unit_price::DOUBLE / s.times_off, 4)::VARCHAR AS suggested,
  CASE WHEN o.lines >= 10 AND s.spread <= 0.05 THEN 0.9 ELSE 0.75 END AS confidence,
  format('about {:,} times too ', greatest(s.times_off, 1 / s.times_off)::BIGINT) || CASE WHEN s.times_off > 1 THEN 'high' ELSE 'low' END
    || format(', by the {:,} other lines of this product', o.lines) AS evidence
FROM shifted s JOIN others o USING (record_key)
WHERE o.lines >= $minimum AND o.as_dear = 0
