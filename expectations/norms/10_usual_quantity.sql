/* ---
grain: product and unit, and customer over all products
makes: usual_customer_quantity
refresh: full
--- */
-- The logarithm of the quantity: its median by product and unit, and by how much a customer's lines differ from that;
-- measured on two hundred thousand orders, chosen by their key, where there are more.
CREATE OR REPLACE TABLE work.usual_product_quantity AS
SELECT _system, sku, unit, count(*) AS lines, median(ln(quantity::DOUBLE)) AS mid,
  1.4826 * mad(ln(quantity::DOUBLE)) AS spread
FROM core.order_lines
WHERE quantity > 0 AND sku IS NOT NULL
  AND hash(order_key) % (SELECT greatest(1, count(*) // 200000) FROM core.orders) = 0
GROUP BY _system, sku, unit;

CREATE OR REPLACE TABLE work.usual_customer_quantity AS
WITH deviations AS (
  SELECT l._system, o.customer_id, ln(l.quantity::DOUBLE) - p.mid AS deviation
  FROM core.order_lines l
  JOIN core.orders o USING (order_key)
  JOIN work.usual_product_quantity p
    ON p._system = l._system AND p.sku = l.sku AND p.unit IS NOT DISTINCT FROM l.unit AND p.lines >= 5
  WHERE l.quantity > 0 AND o.customer_id IS NOT NULL
    AND hash(l.order_key) % (SELECT greatest(1, count(*) // 200000) FROM core.orders) = 0
)
SELECT _system, customer_id, count(*) AS lines, median(deviation) AS shift, 1.4826 * mad(deviation) AS spread
FROM deviations GROUP BY _system, customer_id;
