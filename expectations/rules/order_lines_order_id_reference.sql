/* ---
title: The order of an order line is in the files
entity: order_lines
kind: unknown_reference
severity: high
dimension: integrity
line_of_defence: 3
reach: clock
needs: [order_lines.order_id]
applies: {when: "EXISTS (FROM meta.own_tables WHERE has_orders AND has_lines)", otherwise: "No system delivers orders and order lines as tables of their own."}
checked: "t._source IS DISTINCT FROM 'derived' AND t._system IN (SELECT _system FROM meta.own_tables WHERE has_orders AND has_lines)"
sentence: "No file brought order {observed}, to which this line belongs: {evidence}."
parameters: {lines_first: 0.1}
--- */
-- Such an order was derived from its lines (_source 'derived') and counts in no rate. Asked of systems that deliver tables of orders
-- and of lines (meta.own_tables). A line waits for the next delivery of orders; where the orders of $lines_first of the lines with a
-- later delivery than theirs came with that one, it waits for the delivery after it.
WITH lost AS (
  SELECT l.record_key, l.order_key, l.order_id, l.line_id, l._system, f.run_id
  FROM scope.order_lines l SEMI JOIN (FROM meta.own_tables WHERE has_orders AND has_lines) w USING (_system)
  JOIN scope.orders o USING (order_key) LEFT JOIN meta.files f ON f.file_no = l._file_no
  WHERE o._source = 'derived' AND l._source IS DISTINCT FROM 'derived'
), deliveries AS (
  SELECT DISTINCT f.system AS _system, f.run_id
  FROM meta.emitted e JOIN meta.files f USING (file_no) WHERE e.entity = 'orders' AND e.records > 0
), habits AS (
  -- Of each line that came before a delivery of orders: whether its order came with a later run.
  SELECT l._system, avg((o.run_id > l.run_id)::INTEGER) AS lines_first
  FROM (SELECT l._system, l.order_key, f.run_id FROM core.order_lines l SEMI JOIN lost USING (_system) JOIN meta.files f ON f.file_no = l._file_no) l
  JOIN (SELECT o.order_key, f.run_id FROM core.orders o JOIN meta.files f ON f.file_no = o._file_no WHERE o._source IS DISTINCT FROM 'derived') o USING (order_key)
  WHERE EXISTS (FROM deliveries d WHERE d._system = l._system AND d.run_id > l.run_id)
  GROUP BY l._system
), waited AS (
  SELECT l.record_key, count(d.run_id) AS deliveries
  FROM lost l LEFT JOIN deliveries d ON d._system = l._system AND coalesce(d.run_id >= l.run_id, true) GROUP BY l.record_key
)
SELECT l.record_key, l.order_key, l.order_id, l.line_id, 'order_id' AS field, l.order_id AS observed, 1.0 AS confidence,
  'it is known by its lines' || CASE WHEN a.order_key IS NULL THEN '' ELSE ' and actions' END || ' alone, and counts in no rate' AS evidence
FROM lost l JOIN waited w USING (record_key) LEFT JOIN habits h USING (_system)
LEFT JOIN (SELECT DISTINCT order_key FROM work.actions_of('lost')) a ON a.order_key = l.order_key
WHERE w.deliveries > CASE WHEN coalesce(h.lines_first >= $lines_first, false) THEN 1 ELSE 0 END
