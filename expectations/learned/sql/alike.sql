-- Records that have the same in all that a version asks about are judged once: a million orders of four hundred customers are some
-- twenty thousand different ones.
CREATE OR REPLACE TEMP TABLE learned_rows AS
SELECT *, {combined} FROM (SELECT hash({asked}) AS rid, {asked} FROM temp.learned_records GROUP BY ALL);
CREATE OR REPLACE TEMP VIEW learned_members AS SELECT hash({asked}) AS rid, rid AS member FROM temp.learned_records
