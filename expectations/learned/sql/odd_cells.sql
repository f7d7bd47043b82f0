-- The judged records that carry an odd text in one column.
INSERT INTO work.learned_suspects
SELECT r.rid, $column AS field, o.how, o.value AS observed, o.suggested, o.weight, o.evidence
FROM temp.learned_rows r JOIN work.learned_odd_values o ON o.value = coalesce(r.{column}, '')
WHERE o.column_name = $column
