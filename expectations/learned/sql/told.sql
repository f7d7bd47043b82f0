-- What two columns tell together of a third, in some records: as in partial.sql.
CREATE OR REPLACE TABLE work.learned_told AS
WITH looked_at AS (
  SELECT {left} AS a, {right} AS b, {dependent} AS c FROM temp.learned_rows
  WHERE is_counted AND {left} IS NOT NULL AND {right} IS NOT NULL AND {dependent} IS NOT NULL LIMIT 20000
), counted AS (
  SELECT a, b, c, count(*) AS n FROM looked_at GROUP BY ALL
), groups AS (
  SELECT sum(n) AS filled, sum(n * (n - 1)) AS agreeing FROM counted GROUP BY a, b HAVING sum(n) >= 2
), chances AS (
  SELECT sum(n * (n - 1)) / (sum(n) * (sum(n) - 1)) AS chance FROM (SELECT sum(n) AS n FROM counted GROUP BY c)
)
SELECT (sum(agreeing / (filled - 1)) / sum(filled) - any_value(chance)) / (1 - any_value(chance)) AS told,
  count(*) * $repeats <= sum(filled) AS repeats
FROM groups, chances
