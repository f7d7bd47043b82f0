/* ---
grain: order line of the checked orders whose quantity is far from the usual one, or whose unit is not the usual one
makes: unusual_quantities
refresh: always
--- */
-- `deviation` is ln(quantity / usual quantity) in the line's own unit: for this customer and product where they have at
-- least five other lines (against the median of all), else for the product, shifted by how the customer orders.
-- `as_large` counts the customer's other lines of the product that are nearly as large; `large_neighbours` the order's
-- other lines that are as unusual: a bulk order is large in all its lines, a mistyped one in a single line.
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
), pairs AS (
  SELECT DISTINCT _system, customer_id, sku FROM far
), past AS (
  -- Sizes are sorted once per customer, product and unit; comparing each far line with each other one would grow with
  -- the square of what a customer orders.
  SELECT h._system, o.customer_id, h.sku, h.unit, h.record_key, ln(h.quantity::DOUBLE) AS size,
    count(*) OVER (PARTITION BY h._system, o.customer_id, h.sku, h.unit ORDER BY ln(h.quantity::DOUBLE)
      RANGE BETWEEN -ln(0.6) PRECEDING AND UNBOUNDED FOLLOWING) - 1 AS as_large
  FROM core.order_lines h
  JOIN core.orders o USING (order_key)
  SEMI JOIN pairs p ON p._system = h._system AND p.customer_id = o.customer_id AND p.sku = h.sku
  WHERE h.quantity > 0
), sizes AS (
  SELECT _system, customer_id, sku, unit, count(*) - 1 AS n, median(size) AS mid, 1.4826 * mad(size) AS spread
  FROM past GROUP BY _system, customer_id, sku, unit
), units AS (
  SELECT _system, customer_id, sku, arg_max(unit, (n, unit)) AS usual_unit, sum(n + 1) - 1 AS all_lines
  FROM sizes GROUP BY _system, customer_id, sku
), history AS (
  SELECT f.record_key, s.n, s.mid, s.spread, p.as_large, u.usual_unit, u.all_lines
  FROM far f
  JOIN past p USING (record_key)
  JOIN sizes s ON s._system = f._system AND s.customer_id = f.customer_id AND s.sku = f.sku
    AND s.unit IS NOT DISTINCT FROM f.unit
  JOIN units u ON u._system = f._system AND u.customer_id = f.customer_id AND u.sku = f.sku
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
