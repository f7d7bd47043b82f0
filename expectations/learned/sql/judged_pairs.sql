-- What stands together in the judged records, for one dependency.
INSERT INTO work.learned_judged
SELECT $determinant, $dependent, {determinant}, coalesce({dependent}, ''), is_counted, count(*)
FROM temp.learned_rows WHERE {determinant} IS NOT NULL GROUP BY ALL
