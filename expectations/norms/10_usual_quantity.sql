/* ---
grain: product, and customer over all products
makes: usual_customer_quantity
refresh: full
--- */
-- The logarithm of the quantity in base units: its median by product, and by how much a customer's lines differ from that.
CREATE OR REPLACE TABLE work.usual_product_quantity AS
SELECT l._system, l.sku, count(*) AS lines,
  median(ln(l.quantity::DOUBLE * CASE WHEN l.unit = m.pack_unit AND m.pack_unit <> m.unit THEN coalesce(m.pack_size, 1)::DOUBLE ELSE 1 END)) AS mid,
  1.4826 * mad(ln(l.quantity::DOUBLE * CASE WHEN l.unit = m.pack_unit AND m.pack_unit <> m.unit THEN coalesce(m.pack_size, 1)::DOUBLE ELSE 1 END)) AS spread
FROM core.order_lines l
LEFT JOIN core.products m ON m._system = l._system AND m.sku = l.sku
WHERE l.quantity > 0 AND l.sku IS NOT NULL
GROUP BY l._system, l.sku;

CREATE OR REPLACE TABLE work.usual_customer_quantity AS
WITH deviations AS (
  SELECT l._system, o.customer_id,
    ln(l.quantity::DOUBLE * CASE WHEN l.unit = m.pack_unit AND m.pack_unit <> m.unit THEN coalesce(m.pack_size, 1)::DOUBLE ELSE 1 END) - p.mid AS deviation
  FROM core.order_lines l
  JOIN core.orders o USING (order_key)
  JOIN work.usual_product_quantity p ON p._system = l._system AND p.sku = l.sku
  LEFT JOIN core.products m ON m._system = l._system AND m.sku = l.sku
  WHERE l.quantity > 0 AND o.customer_id IS NOT NULL
)
SELECT _system, customer_id, count(*) AS lines, median(deviation) AS shift,
  1.4826 * mad(deviation) AS spread
FROM deviations GROUP BY _system, customer_id;
