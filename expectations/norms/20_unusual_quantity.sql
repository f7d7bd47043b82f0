/* ---
grain: order line of the checked orders whose quantity is far from the usual one
makes: unusual_quantities
refresh: always
--- */
-- Usual is what this customer orders of this product, else what everybody orders of it, shifted by how the customer orders.
-- `deviation` is ln(quantity / usual quantity), in the line's own unit; far are 2.5 spreads and twice or half of the
-- usual. Beside it stands what helps to tell a slip from a large order: how the order came in (`way_in`), other lines of the
-- order that are large as well, trailing zeros, whether the quantity is in whole packs, and what became of it (`kept`: what
-- was neither sent back nor credited; `is_disputed`: an error was reported; `is_settled`: delivered in full long ago).
-- Besides the orders of this run, those are looked at whose findings may have to be withdrawn as time passes.
CREATE OR REPLACE TABLE work.unusual_quantities AS
WITH again AS (
  SELECT DISTINCT d.order_key FROM ledger.defects d ANTI JOIN scope.orders USING (order_key)
  WHERE d.kind IN ('quantity_power_of_ten', 'quantity_pack_size') AND d.resolved_at IS NULL
), lines AS (
  FROM scope.order_lines UNION ALL BY NAME FROM work.order_lines_of('again')
), orders AS (
  FROM scope.orders UNION ALL BY NAME FROM work.orders_of('again')
), compared AS (
  SELECT l.record_key, l.order_key, l.order_id, l.line_id, l._system, l.sku, l.quantity, l.unit, o.customer_id,
    concat_ws(' ', CASE WHEN u.automatic THEN 'program' END, o.channel) AS way_in,
    ln(l.quantity::DOUBLE) - coalesce(h.usual, p.mid + coalesce(c.shift, 0)) AS deviation,
    coalesce(h.spread, greatest(c.spread, p.spread, 0.2)) AS spread, coalesce(h.lines, 0) AS history_lines,
    coalesce(h.all_lines, 0) AS history_all, coalesce(h.far_lines, 0) AS history_far, p.lines AS product_lines
  FROM lines l
  JOIN orders o USING (order_key)
  LEFT JOIN core.users u ON u._system = o._system AND u.user_id = o.entered_by
  LEFT JOIN work.usual_quantity h ON h._system = l._system AND h.customer_id = o.customer_id AND h.sku = l.sku
    AND h.unit IS NOT DISTINCT FROM l.unit
  LEFT JOIN work.usual_product_quantity p
    ON p._system = l._system AND p.sku = l.sku AND p.unit IS NOT DISTINCT FROM l.unit AND p.lines >= 5
  LEFT JOIN work.usual_customer_quantity c ON c._system = l._system AND c.customer_id = o.customer_id AND c.lines >= 5
  WHERE l.quantity > 0
), far AS (
  SELECT * FROM compared WHERE abs(deviation) >= greatest(2.5 * spread, ln(2))
), units AS (
  SELECT _system, customer_id, sku, arg_max(unit, (all_lines, unit)) AS usual_unit, sum(all_lines) AS all_lines
  FROM work.usual_quantity SEMI JOIN far USING (_system, customer_id, sku) GROUP BY ALL
), large AS (
  SELECT order_key, count(*) FILTER (deviation > 0) AS lines FROM far GROUP BY order_key
), sent AS (
  SELECT order_key, line_id, sum(abs(quantity)) FILTER (kind = 'return') AS returned,
    sum(quantity) FILTER (coalesce(kind, 'delivery') = 'delivery') AS delivered,
    max("at") FILTER (coalesce(kind, 'delivery') = 'delivery') AS delivered_at
  FROM work.deliveries_of('far') GROUP BY ALL
), credited AS (
  SELECT order_key, line_id, sum(abs(quantity)) AS quantity FROM work.invoices_of('far') WHERE kind = 'credit' GROUP BY ALL
), disputed AS (
  SELECT DISTINCT order_key, line_id FROM core.order_errors SEMI JOIN far USING (order_key) WHERE field = 'quantity'
)
SELECT f.*, m.unit AS base_unit, m.pack_unit, m.pack_size, exp(ln(f.quantity::DOUBLE) - f.deviation) AS usual_quantity,
  n.usual_unit, n.all_lines, coalesce(g.lines, 0) - (f.deviation > 0)::INTEGER AS large_neighbours,
  CASE WHEN f.quantity % 100 = 0 THEN 2 WHEN f.quantity % 10 = 0 THEN 1 ELSE 0 END AS zeros,
  coalesce(m.pack_size > 1 AND f.quantity % m.pack_size = 0, false) AS in_packs,
  f.quantity - greatest(coalesce(s.returned, 0), coalesce(k.quantity, 0)) AS kept, e.order_key IS NOT NULL AS is_disputed,
  coalesce(s.delivered >= 0.9 * f.quantity AND s.delivered_at < now.data_until - INTERVAL 45 DAY, false) AS is_settled
FROM meta.now AS now, far f
LEFT JOIN core.products m ON m._system = f._system AND m.sku = f.sku
LEFT JOIN units n ON n._system = f._system AND n.customer_id = f.customer_id AND n.sku = f.sku
LEFT JOIN large g ON g.order_key = f.order_key
LEFT JOIN sent s ON s.order_key = f.order_key AND s.line_id = f.line_id
LEFT JOIN credited k ON k.order_key = f.order_key AND k.line_id = f.line_id
LEFT JOIN disputed e ON e.order_key = f.order_key AND e.line_id = f.line_id;
