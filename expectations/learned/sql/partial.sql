-- The column that tells most of each one that none decides (Goodman and Kruskal's tau, the record itself left out); of those
-- that tell nearly as much, the one with the fewest values.
CREATE OR REPLACE TABLE work.learned_partial AS
WITH pairs AS (
  SELECT p.determinant, p.dependent, p.value, p.dependent_value, p.n FROM work.learned_directed p
  ANTI JOIN (SELECT dependent FROM learned.dependencies WHERE dataset = $dataset AND version = $version) USING (dependent)
  WHERE p.dataset = $dataset AND list_contains($dependents, p.dependent)
), chances AS (
  SELECT column_name AS dependent, sum(n * (n - 1)) / (sum(n) * (sum(n) - 1)) AS chance
  FROM learned.value_counts WHERE dataset = $dataset AND value <> '' GROUP BY column_name HAVING sum(n) > 1
), agreements AS (
  SELECT determinant, dependent, sum(agreeing / (filled - 1)) / sum(filled) AS agreement
  FROM work.learned_groups_of('pairs') WHERE filled >= 2 GROUP BY ALL
), sizes AS (
  SELECT column_name AS determinant, count(*) AS size FROM learned.value_counts WHERE dataset = $dataset GROUP BY ALL
), measured AS (
  SELECT determinant, dependent, size, (agreement - chance) / (1 - chance) AS told, max(told) OVER (PARTITION BY dependent) AS most_told
  FROM agreements JOIN chances USING (dependent) JOIN sizes USING (determinant) WHERE chance < 1
)
SELECT determinant, dependent, told FROM measured WHERE told >= $partial AND told >= 0.9 * most_told
QUALIFY row_number() OVER (PARTITION BY dependent ORDER BY size, determinant) = 1
