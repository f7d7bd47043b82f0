-- What the mined records that deviate have in common, for one column.
INSERT INTO work.learned_shared
SELECT s.field, $column, r.{column}, count(*)
FROM work.learned_suspects s JOIN temp.learned_rows r USING (rid)
WHERE s.how = 'dependency' AND s.observed <> '' AND s.field <> $column AND r.is_counted AND r.{column} IS NOT NULL
GROUP BY ALL
