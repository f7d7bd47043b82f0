/* ---
grain: system, product, unit and currency
makes: usual_prices
refresh: full
--- */
-- The logarithm of what one unit of a product costs on its order lines: median and spread (1.4826 times the median
-- deviation), measured on two hundred thousand orders, chosen by their key, where there are more.
CREATE OR REPLACE TABLE work.usual_prices AS
SELECT l._system, l.sku, l.unit, o.currency, count(*) AS lines, median(ln(l.unit_price::DOUBLE)) AS mid,
  1.4826 * mad(ln(l.unit_price::DOUBLE)) AS spread
FROM core.order_lines l JOIN core.orders o USING (order_key)
WHERE l.unit_price > 0 AND l.sku IS NOT NULL
  AND hash(l.order_key) % (SELECT greatest(1, count(*) // 200000)::UBIGINT FROM core.orders) = 0
GROUP BY ALL;
