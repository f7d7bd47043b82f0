-- How crowded each column is: of its frequent texts that are beyond doubt, the share with a neighbour of its own rank, one slip away.
-- Of codes that differ by a letter, nearness tells nothing. Columns of few texts lean on the whole table.
CREATE OR REPLACE TABLE work.learned_crowding AS
WITH frequent AS (
  SELECT column_name, value, n FROM learned.value_counts
  WHERE dataset = $dataset AND length(value) BETWEEN 2 AND $longest AND n >= $established
  QUALIFY row_number() OVER (PARTITION BY column_name ORDER BY n DESC, value) <= $most_values
), neighbours AS (
  SELECT a.column_name, a.value, b.value AS neighbour, b.n >= $ratio * a.n AS is_above
  FROM frequent a JOIN frequent b ON b.column_name = a.column_name AND b.value <> a.value
    AND work.learned_near(a.value, b.value, $tolerance)
), beyond_doubt AS (
  SELECT column_name, value FROM frequent
  ANTI JOIN (SELECT column_name, value FROM neighbours WHERE is_above) USING (column_name, value)
), of_rank AS (
  SELECT d.column_name, d.value, count(e.value) AS near FROM beyond_doubt d
  LEFT JOIN neighbours n ON n.column_name = d.column_name AND n.value = d.value
  LEFT JOIN beyond_doubt e ON e.column_name = n.column_name AND e.value = n.neighbour GROUP BY ALL
)
SELECT column_name, (count(*) FILTER (near > 0) + 2 * any_value(overall)) / (count(*) + 2) AS crowded
FROM of_rank, (SELECT (count(*) FILTER (near > 0) + 1) / (count(*) + 2) AS overall FROM of_rank) GROUP BY ALL
