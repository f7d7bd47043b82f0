-- The columns of one table. Its rows have no time: all of them are counted.
CREATE OR REPLACE TABLE work.learned_rows AS
SELECT row_number() OVER () AS rid, t.record_key, NULL::VARCHAR AS order_key, t.row_id AS order_id, NULL::VARCHAR AS line_id,
  true AS is_counted, true AS is_new,
  {columns}
FROM {records} t WHERE t._system = $system AND t.table_name = $table
