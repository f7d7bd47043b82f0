-- How much one column tells of where another one is empty (Goodman and Kruskal's tau, the record itself left out), in some records.
-- Whom it tells enough decides where the gaps are: no delivery date before the goods went out. A voice decides nothing: what
-- one of several sources never says is missing there.
INSERT INTO learned.decided_gaps
WITH looked_at AS (
  SELECT {decider} AS a, {gaps} IS NULL AS is_gap FROM temp.learned_rows WHERE is_counted AND {decider} IS NOT NULL LIMIT 20000
), counted AS (
  SELECT count(*) AS n, count(*) FILTER (is_gap) AS gaps FROM looked_at GROUP BY a HAVING count(*) >= 2
), whole AS (
  SELECT sum(n) AS n, sum(gaps) AS gaps, sum((gaps * (gaps - 1) + (n - gaps) * (n - gaps - 1)) / (n - 1)) / sum(n) AS agreement FROM counted
), measured AS (
  SELECT agreement, (gaps * (gaps - 1) + (n - gaps) * (n - gaps - 1)) / (n * (n - 1)) AS chance FROM whole WHERE n >= $support
)
SELECT $dataset, $gaps, $decider, (agreement - chance) / (1 - chance) FROM measured
WHERE chance < 1 AND (agreement - chance) / (1 - chance) >= $gaps_decided
