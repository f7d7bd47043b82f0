-- Columns with gaps, and columns that end with words of theirs.
CREATE OR REPLACE TABLE work.learned_carriers AS
WITH gaps AS (
  SELECT column_name AS gaps FROM learned.value_counts WHERE dataset = $dataset GROUP BY column_name
  HAVING coalesce(sum(n) FILTER (value = ''), 0) BETWEEN greatest($least, 0.001 * sum(n)) AND 0.5 * sum(n)
), words AS (
  SELECT g.gaps, v.value FROM gaps g JOIN learned.value_counts v ON v.dataset = $dataset AND v.column_name = g.gaps
  WHERE v.value <> '' AND v.n >= 2
), tails AS (
  SELECT column_name AS carrier, regexp_extract(value, '[\s,;/|-]+([^\s,;/|-]+)$', 1) AS tail, sum(n) AS n
  FROM learned.value_counts WHERE dataset = $dataset AND EXISTS (FROM gaps) GROUP BY ALL HAVING tail <> ''
)
SELECT carrier, gaps FROM tails JOIN words ON words.value = tails.tail AND words.gaps <> tails.carrier
GROUP BY ALL HAVING sum(n) >= $least
