/* ---
grain: macros that look at values by the name of their field
makes: none
refresh: always
--- */
-- Records as one row a field. Names that begin with an underscore are lineage, not content.
CREATE OR REPLACE MACRO work.cells(records) AS TABLE
SELECT _record AS record_key, field, value FROM (
  UNPIVOT (SELECT record_key AS _record, COLUMNS('^[a-z].*')::VARCHAR FROM query_table(records))
  ON COLUMNS('^[a-z].*') INTO NAME field VALUE value)
WHERE field NOT IN ('record_key', 'order_key', 'line_key', 'order_id', 'line_id', 'updated_at', 'updated_by');

-- The value of the field that each row of `wanted` (record_key, field) names: '' where it is empty, no row where the
-- record is not there, null where it has no such field.
CREATE OR REPLACE MACRO work.values_of(wanted, records) AS TABLE
SELECT COLUMNS(lambda c: c NOT LIKE 'value\_%' ESCAPE '\'), coalesce(*COLUMNS('^value_')) AS value FROM (
  SELECT w.*, r._version, r._derived, r.updated_by, r._valid_at,
    CASE WHEN w.field = alias(COLUMNS(r.*)) THEN coalesce(COLUMNS(r.*)::VARCHAR, '') END AS "value_\0"
  FROM query_table(wanted) w JOIN query_table(records) r ON r.record_key = w.record_key);

-- Two values that are written in the same way: two numbers, two times, or two texts of one shape.
CREATE OR REPLACE MACRO work.same_kind(a, b) AS coalesce(
  (TRY_CAST(a AS DOUBLE) IS NOT NULL AND TRY_CAST(b AS DOUBLE) IS NOT NULL)
  OR (TRY_CAST(a AS TIMESTAMP) IS NOT NULL AND TRY_CAST(b AS TIMESTAMP) IS NOT NULL)
  OR work.run_shape(nullif(trim(a), '')) = work.run_shape(nullif(trim(b), '')), false);

-- A value as a log writes it that cuts values at `most` characters.
CREATE OR REPLACE MACRO work.cut_value(value, logged, most) AS
  CASE WHEN length(logged) >= most THEN left(value, most) ELSE value END;
