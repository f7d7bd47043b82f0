/* ---
grain: order line of the checked orders whose quantity is far from the usual one, or whose unit is not the usual one
makes: unusual_quantities
refresh: always
--- */
-- `deviation` is ln(quantity / usual quantity) in the line's own unit: for this customer and product where they have at
-- least five other lines, else for the product, shifted by how the customer orders. `as_large` counts the customer's
-- other lines of the product that are nearly as large; `large_neighbours` the order's other lines that are as unusual:
-- a bulk order is large in all its lines, a mistyped one in a single line.
CREATE OR REPLACE TABLE work.unusual_quantities AS
WITH compared AS (
  SELECT l.record_key, l.order_key, l.order_id, l.line_id, l._system, l.sku, l.quantity, l.unit, o.customer_id,
    m.unit AS base_unit, m.pack_unit, m.pack_size,
    ln(l.quantity::DOUBLE) - p.mid - coalesce(c.shift, 0) AS from_product, p.mid + coalesce(c.shift, 0) AS usual,
    p.lines AS product_lines, greatest(c.spread, p.spread, 0.2) AS spread
  FROM scope.order_lines l
  JOIN core.orders o USING (order_key)
  JOIN work.usual_product_quantity p
    ON p._system = l._system AND p.sku = l.sku AND p.unit IS NOT DISTINCT FROM l.unit AND p.lines >= 5
  LEFT JOIN work.usual_customer_quantity c ON c._system = l._system AND c.customer_id = o.customer_id AND c.lines >= 5
  LEFT JOIN core.products m ON m._system = l._system AND m.sku = l.sku
  WHERE l.quantity > 0
), far AS (
  SELECT * FROM compared WHERE abs(from_product) >= ln(2.5)
), past AS (
  SELECT f.record_key, h.unit, h.unit IS NOT DISTINCT FROM f.unit AS same_unit, ln(h.quantity::DOUBLE) AS size,
    h.quantity >= 0.6 * f.quantity AS is_large
  FROM far f
  JOIN core.order_lines h ON h._system = f._system AND h.sku = f.sku AND h.record_key <> f.record_key AND h.quantity > 0
  JOIN core.orders o ON o.order_key = h.order_key AND o.customer_id = f.customer_id
), history AS (
  SELECT record_key, count(*) FILTER (same_unit) AS n, median(size) FILTER (same_unit) AS mid,
    1.4826 * mad(size) FILTER (same_unit) AS spread, count(*) FILTER (same_unit AND is_large) AS as_large,
    mode(unit) AS usual_unit, count(*) AS all_lines
  FROM past GROUP BY record_key
), large AS (
  SELECT order_key, count(*) FILTER (from_product >= ln(2.5)) AS large_lines, count(*) AS lines
  FROM compared SEMI JOIN far USING (order_key) GROUP BY order_key
)
SELECT f.* EXCLUDE (spread), coalesce(h.n, 0) AS history_lines, h.usual_unit, h.all_lines,
  coalesce(h.as_large, 0) AS as_large,
  CASE WHEN h.n >= 5 THEN greatest(h.spread, 0.2) ELSE f.spread END AS spread,
  CASE WHEN h.n >= 5 THEN ln(f.quantity::DOUBLE) - h.mid ELSE f.from_product END AS deviation,
  exp(CASE WHEN h.n >= 5 THEN h.mid ELSE f.usual END) AS usual_quantity,
  g.large_lines - (f.from_product >= ln(2.5))::INTEGER AS large_neighbours, g.lines AS order_lines
FROM far f
LEFT JOIN history h USING (record_key)
JOIN large g USING (order_key);
