-- The columns of one table. Its rows have no time: all of them are counted.
CREATE OR REPLACE TEMP VIEW learned_records AS
SELECT t.rid,
  true AS is_counted, true AS is_new,
  {columns}
FROM {records} t WHERE t._system = $system AND t.table_name = $table
