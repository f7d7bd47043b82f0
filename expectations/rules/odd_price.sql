/* ---
title: A product costs what it costs before and after
entity: order_lines
kind: wrong_price
severity: medium
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: table
last: true
needs: [order_lines.unit_price, order_lines.sku, orders.ordered_at]
checked: "unit_price IS NOT NULL AND sku IS NOT NULL"
sentence: "The price {observed} stands alone: {evidence}; probably {suggested} is meant."
parameters: {minimum: 20, steady: 0.95, far: 0.15}
--- */
-- Where there is no price list: the three sales before and the three after cost the same, and no other line of the
-- product has this price. Only of products with $minimum lines of which $steady cost what the one before or the one after
-- costs, and of prices that are off by $far at least: less is a rebate. Nothing is asked for what is given away. A power of ten or a
-- pack too much is told by unusual_price. Where another rule doubts the line's product code, the price may be that of the product that was meant.
WITH unlisted AS (
  SELECT DISTINCT _system FROM core.orders WHERE _system NOT IN (SELECT _system FROM core.prices)
), sold AS (
  SELECT l.record_key, l.order_key, l.order_id, l.line_id, l._system, l.sku, l.unit, o.currency, l.unit_price AS price, o.ordered_at
  FROM core.order_lines l SEMI JOIN unlisted u ON u._system = l._system
  JOIN (FROM core.orders SEMI JOIN unlisted USING (_system)) o USING (order_key)
  WHERE l.unit_price > 0 AND l.sku IS NOT NULL AND o.ordered_at IS NOT NULL AND coalesce(o.order_class, 'sale') = 'sale'
), placed AS (
  SELECT *, count(*) OVER product AS lines, lag(price) OVER trail AS before, lead(price) OVER trail AS after,
    [lag(price, 2) OVER trail, lag(price, 3) OVER trail, lead(price, 2) OVER trail, lead(price, 3) OVER trail] AS further
  FROM sold
  WINDOW product AS (PARTITION BY _system, sku, unit, currency), trail AS (PARTITION BY _system, sku, unit, currency ORDER BY ordered_at, record_key)
), alone AS (
  SELECT *, price <> before AND before = after AND list_unique(further) = 1 AND further[1] = before AND further[4] = before AS is_alone
  FROM placed WHERE lines >= $minimum
), products AS (
  SELECT _system, sku, unit, currency, avg((price = before OR price = after)::INTEGER) AS share FROM alone GROUP BY ALL
), strange AS (
  -- Orders with prices of their own: a shop's, a show's.
  SELECT order_key FROM placed WHERE price <> before AND price <> after GROUP BY order_key HAVING count(*) > 1
), told AS (
  SELECT a.*, p.share FROM alone a ANTI JOIN strange x ON x.order_key = a.order_key JOIN products p ON p._system = a._system AND p.sku = a.sku AND p.unit IS NOT DISTINCT FROM a.unit
    AND p.currency IS NOT DISTINCT FROM a.currency
  WHERE a.is_alone AND p.share >= $steady AND abs(ln(a.price::DOUBLE / a.before::DOUBLE)) >= $far
    AND (a.price BETWEEN a.before / 8 AND a.before * 8 OR abs(log10(a.price / a.before) - round(log10(a.price / a.before))) > 0.05)
)
SELECT t.record_key, t.order_key, t.order_id, t.line_id, 'unit_price' AS field, t.price::VARCHAR AS observed,
  t.before::VARCHAR AS expected, t.before::VARCHAR AS suggested, 0.8 AS confidence,
  'the ones before and after are ' || work.say_number(t.before) || ', and so steady are ' || floor(100 * t.share)::INTEGER || ' % of the '
    || format('{:,} lines of this product', t.lines) AS evidence
FROM told t ANTI JOIN (FROM work.other_findings WHERE field = 'sku') p ON p.record_key = t.record_key
WHERE NOT EXISTS (FROM sold s WHERE s._system = t._system AND s.sku = t.sku AND s.price = t.price AND s.record_key <> t.record_key)
