-- Each record by itself, as mining counts them.
CREATE OR REPLACE TEMP TABLE learned_rows AS SELECT *, {combined} FROM temp.learned_records;
CREATE OR REPLACE TEMP VIEW learned_members AS SELECT rid, rid AS member FROM temp.learned_rows
