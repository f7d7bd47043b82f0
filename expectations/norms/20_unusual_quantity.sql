/* ---
grain: order line of the checked orders whose quantity is far from the usual one
makes: unusual_quantities
refresh: always
--- */
-- `deviation` is ln(quantity / usual quantity): for this customer and product where they have at least five other
-- lines, else for the product, shifted by how the customer orders. `large_neighbours` counts the order's other lines that
-- are as unusual: a bulk order is large in all its lines, a mistyped one in a single line.
CREATE OR REPLACE TABLE work.unusual_quantities AS
WITH lines AS (
  SELECT l.record_key, l.order_key, l.order_id, l.line_id, l._system, l.sku, l.quantity, l.unit, l.discount, o.customer_id,
    m.unit AS base_unit, m.pack_unit, m.pack_size,
    l.quantity::DOUBLE * CASE WHEN l.unit = m.pack_unit AND m.pack_unit <> m.unit THEN coalesce(m.pack_size, 1)::DOUBLE ELSE 1 END AS base
  FROM scope.order_lines l
  JOIN core.orders o USING (order_key)
  LEFT JOIN core.products m ON m._system = l._system AND m.sku = l.sku
  WHERE l.quantity > 0 AND l.sku IS NOT NULL
), compared AS (
  SELECT l.*, ln(l.base) - p.mid - coalesce(c.shift, 0) AS from_product, p.mid + coalesce(c.shift, 0) AS usual,
    p.lines AS product_lines, greatest(coalesce(c.spread, p.spread, 0.5), 0.2) AS spread,
    greatest(c.spread, p.spread, 0.2) AS wide_spread
  FROM lines l
  JOIN work.usual_product_quantity p ON p._system = l._system AND p.sku = l.sku AND p.lines >= 5
  LEFT JOIN work.usual_customer_quantity c
    ON c._system = l._system AND c.customer_id = l.customer_id AND c.lines >= 5
), far AS (
  SELECT * FROM compared WHERE abs(from_product) >= ln(2.5)
), history AS (
  SELECT f.record_key, count(*) AS n,
    median(ln(h.quantity::DOUBLE * CASE WHEN h.unit = f.pack_unit AND f.pack_unit <> f.base_unit THEN coalesce(f.pack_size, 1)::DOUBLE ELSE 1 END)) AS mid,
    1.4826 * mad(ln(h.quantity::DOUBLE * CASE WHEN h.unit = f.pack_unit AND f.pack_unit <> f.base_unit THEN coalesce(f.pack_size, 1)::DOUBLE ELSE 1 END)) AS spread,
    max(h.quantity::DOUBLE * CASE WHEN h.unit = f.pack_unit AND f.pack_unit <> f.base_unit THEN coalesce(f.pack_size, 1)::DOUBLE ELSE 1 END) AS largest,
    mode(h.unit) AS unit
  FROM far f
  JOIN core.order_lines h ON h._system = f._system AND h.sku = f.sku AND h.record_key <> f.record_key AND h.quantity > 0
  JOIN core.orders o ON o.order_key = h.order_key AND o.customer_id = f.customer_id
  GROUP BY f.record_key
), large AS (
  SELECT order_key, count(*) FILTER (from_product >= ln(2.5)) AS large_lines, count(*) AS lines
  FROM compared SEMI JOIN far USING (order_key) GROUP BY order_key
)
SELECT f.* EXCLUDE (spread, wide_spread), coalesce(h.n, 0) AS history_lines,
  CASE WHEN h.n >= 5 THEN greatest(h.spread, 0.2) ELSE f.wide_spread END AS spread, h.unit AS usual_unit, h.largest,
  CASE WHEN h.n >= 5 THEN ln(f.base) - h.mid ELSE f.from_product END AS deviation,
  exp(CASE WHEN h.n >= 5 THEN h.mid ELSE f.usual END) AS usual_base,
  g.large_lines - (f.from_product >= ln(2.5))::INTEGER AS large_neighbours, g.lines AS order_lines
FROM far f
LEFT JOIN history h USING (record_key)
JOIN large g USING (order_key);
