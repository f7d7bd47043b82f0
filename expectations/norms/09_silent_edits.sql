/* ---
grain: field of an order or order line that has its value of now without a change in the log, as its versions show
makes: silent_edits
refresh: always
--- */
-- The edit was made with the first version from which on the record has its value of now: that version says by whom and
-- when (`edited_by`, `edited_at`). `was` is what the version before it said.
CREATE OR REPLACE TABLE work.silent_edits AS
WITH wanted AS (
  SELECT entity, record_key, order_key, order_id, line_id, _system, field, current, moment AS known_at, false AS is_logged
  FROM work.entry_values WHERE NOT is_logged AND current IS NOT NULL
  UNION ALL
  SELECT CASE WHEN line_id IS NULL THEN 'orders' ELSE 'order_lines' END, of_record, order_key, order_id, line_id, _system,
    field, current, changed_at, true
  FROM work.replay WHERE ends_elsewhere
), edits AS (
  -- Without an earlier version there is nothing to be seen of an edit.
  FROM wanted SEMI JOIN (SELECT record_key FROM history.orders UNION ALL SELECT record_key FROM history.order_lines) USING (record_key)
), of_orders AS (
  SELECT record_key, field FROM edits WHERE entity = 'orders'
), of_lines AS (
  SELECT record_key, field FROM edits WHERE entity = 'order_lines'
), all_orders AS (
  SELECT * FROM history.orders WHERE _disposition = 'superseded' AND NOT coalesce(_deleted, false)
  UNION ALL BY NAME SELECT *, 2147483647 AS _version FROM work.orders_of('edits')
), all_lines AS (
  SELECT * FROM history.order_lines WHERE _disposition = 'superseded' AND NOT coalesce(_deleted, false)
  UNION ALL BY NAME SELECT *, 2147483647 AS _version FROM work.order_lines_of('edits')
), versions AS (
  SELECT 'orders' AS entity, record_key, field, value, _version, updated_by, _valid_at FROM work.values_of('of_orders', 'all_orders')
  UNION ALL
  SELECT 'order_lines', record_key, field, value, _version, updated_by, _valid_at FROM work.values_of('of_lines', 'all_lines')
), compared AS (
  SELECT v.*, NOT work.same_value(value, e.current) AS is_other FROM versions v JOIN edits e USING (entity, record_key, field)
), others AS (
  SELECT entity, record_key, field, max(_version) AS other_version FROM compared WHERE is_other GROUP BY ALL
), steps AS (
  SELECT entity, record_key, field, arg_max(value, _version) FILTER (_version <= other_version) AS was,
    arg_min({'who': updated_by, 'moment': _valid_at}, _version) FILTER (_version > other_version) AS edit
  FROM compared JOIN others USING (entity, record_key, field) GROUP BY ALL
)
SELECT e.*, nullif(s.was, '') AS was, s.edit.who AS edited_by, s.edit.moment AS edited_at
FROM edits e JOIN steps s USING (entity, record_key, field);
