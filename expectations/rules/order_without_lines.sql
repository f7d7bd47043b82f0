/* ---
title: An order has lines
entity: orders
kind: missing_lines
severity: high
dimension: completeness
line_of_defence: 3
reach: clock
needs: [order_lines.order_id]
applies: {when: "EXISTS (FROM meta.own_tables WHERE has_orders AND has_lines)", otherwise: "No system delivers orders and order lines as tables of their own."}
checked: "t._source IS DISTINCT FROM 'derived' AND t._system IN (SELECT _system FROM meta.own_tables WHERE has_orders AND has_lines)"
sentence: "No file brought a line of order {observed}: {evidence}."
parameters: {usual: 0.5, minimum: 20, grace_hours: 1}
--- */
-- Asked of systems that deliver tables of orders and of lines (meta.own_tables) and of which at least $usual of the orders have
-- lines. Orders of a type, class and status that $usual of its orders lack lines, $minimum orders at least, are without them by habit; cancelled
-- ones may have lost theirs. The lines of orders that are as new as the newest with lines, $grace_hours less, may still come.
WITH bare AS (
  SELECT o.record_key, o.order_key, o.order_id, o._system, o.order_class, o.order_type, o.status, o.ordered_at, o.net_amount
  FROM scope.orders o SEMI JOIN (FROM meta.own_tables WHERE has_orders AND has_lines) w USING (_system)
  ANTI JOIN scope.order_lines l ON l.order_key = o.order_key
  WHERE o._source IS DISTINCT FROM 'derived' AND o.cancelled_at IS NULL AND meta.status_means(o.status) IS DISTINCT FROM 'cancelled'
), filled AS (
  -- Nothing is read where every order has lines.
  SELECT o._system, o.order_class, o.order_type, o.status, o.ordered_at, l.order_key IS NOT NULL AS has_lines
  FROM core.orders o SEMI JOIN bare USING (_system) LEFT JOIN (SELECT DISTINCT order_key FROM core.order_lines SEMI JOIN bare USING (_system)) l USING (order_key)
  WHERE o._source IS DISTINCT FROM 'derived'
), systems AS (
  SELECT _system, avg(has_lines::INTEGER) AS share, max(ordered_at) FILTER (has_lines) AS newest FROM filled GROUP BY _system
), habits AS (
  SELECT _system, order_class, order_type, status, count(*) AS orders, avg(has_lines::INTEGER) AS share FROM filled GROUP BY ALL
)
SELECT b.record_key, b.order_key, b.order_id, 'order_id' AS field, b.order_id AS observed, least(s.share, 0.99) AS confidence,
  round(100 * s.share, 1) || ' % of the orders of this system have lines' AS evidence
FROM bare b JOIN systems s USING (_system)
JOIN habits h ON h._system = b._system AND h.order_class IS NOT DISTINCT FROM b.order_class AND h.order_type IS NOT DISTINCT FROM b.order_type
  AND h.status IS NOT DISTINCT FROM b.status
WHERE s.share >= $usual AND NOT (h.orders >= $minimum AND h.share < $usual)
  AND coalesce(b.ordered_at < s.newest - to_hours($grace_hours), true)
