/* ---
grain: field of an order or order line of which an earlier version of the record is known
makes: entry_values
refresh: always
--- */
-- What the first version of a record said (`entered_as`, known since `moment`) beside what it says now. Kept are fields
-- that differ, and those that the change log knows of. The first version has to be older, and of the same feed.
CREATE OR REPLACE TABLE work.entry_values AS
WITH first_orders AS (
  SELECT h.* FROM history.orders h JOIN scope.orders o USING (record_key)
  WHERE h._version = 1 AND h._disposition = 'superseded' AND h._source IS NOT DISTINCT FROM o._source
    AND NOT h._derived AND coalesce(h._valid_at < o._valid_at, h._recorded_at < o._recorded_at)
), last_orders AS (
  FROM scope.orders SEMI JOIN first_orders USING (record_key)
), first_lines AS (
  SELECT h.* FROM history.order_lines h JOIN scope.order_lines o USING (record_key)
  WHERE h._version = 1 AND h._disposition = 'superseded' AND h._source IS NOT DISTINCT FROM o._source
    AND NOT h._derived AND coalesce(h._valid_at < o._valid_at, h._recorded_at < o._recorded_at)
), last_lines AS (
  FROM scope.order_lines SEMI JOIN first_lines USING (record_key)
), records AS (
  SELECT 'orders' AS entity, record_key, order_key, order_id, NULL AS line_id, _system,
    coalesce(_valid_at, _recorded_at) AS moment
  FROM first_orders
  UNION ALL
  SELECT 'order_lines', record_key, order_key, order_id, line_id, _system, coalesce(_valid_at, _recorded_at)
  FROM first_lines
), entered AS (
  SELECT 'orders' AS entity, * FROM work.cells('first_orders')
  UNION ALL SELECT 'order_lines', * FROM work.cells('first_lines')
), now AS (
  SELECT 'orders' AS entity, * FROM work.cells('last_orders')
  UNION ALL SELECT 'order_lines', * FROM work.cells('last_lines')
), logged AS (
  SELECT DISTINCT order_key, coalesce(line_id, '') AS line_id, field
  FROM scope.order_changes SEMI JOIN records USING (order_key) WHERE coalesce(origin, 'log') NOT IN ('version', 'snapshot')
)
SELECT r.*, e.field, e.value AS entered_as, n.value AS current, l.field IS NOT NULL AS is_logged
FROM entered e
JOIN records r USING (entity, record_key)
LEFT JOIN now n ON n.entity = e.entity AND n.record_key = e.record_key AND n.field = e.field
LEFT JOIN logged l ON l.order_key = r.order_key AND l.line_id = coalesce(r.line_id, '') AND l.field = e.field
WHERE l.field IS NOT NULL OR NOT work.same_value(e.value, n.value);
