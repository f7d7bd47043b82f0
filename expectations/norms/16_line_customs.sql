/* ---
grain: system
makes: line_customs
refresh: full
--- */
-- How many order lines of sales have a price and how many are free; the discount that 99 % of the lines with one do not pass, and
-- how many lines have one twice as high, and none above 1.
CREATE OR REPLACE TABLE work.line_customs AS
WITH sold AS (
  SELECT l._system, l.unit_price, l.quantity, l.discount FROM core.order_lines l JOIN core.orders o USING (order_key)
  WHERE coalesce(o.order_class, 'sale') = 'sale'
), usual AS (
  SELECT _system, count(unit_price) FILTER (quantity > 0) AS priced, count(*) FILTER (unit_price = 0 AND quantity > 0) AS free,
    count(*) FILTER (discount > 0) AS discounted, quantile_disc(discount, 0.99) FILTER (discount > 0) AS high_discount
  FROM sold GROUP BY _system
)
SELECT u.*, (SELECT count(*) FROM sold s WHERE s._system = u._system AND s.discount > 2 * u.high_discount AND s.discount <= 1) AS higher_discounts FROM usual u;
