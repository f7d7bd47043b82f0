-- Suspected cells that stay likely wrong once what speaks for them is weighed. Several kinds of evidence about one cell
-- are witnesses of their own (noisy or); the strongest tells its reason. A deviation in notation is one whatever the value.
INSERT INTO learned.hits
WITH support AS (
  SELECT rid, field, sum(weight * 0.5 ^ (place - 1)) AS weight FROM (
    SELECT *, row_number() OVER (PARTITION BY rid, field ORDER BY weight, determinant) AS place FROM work.learned_support)
  GROUP BY ALL
), weighed AS (
  SELECT s.*, s.weight + CASE WHEN s.how IN ('notation', 'misplaced') THEN 0 ELSE coalesce(p.weight, 0) END AS total
  FROM work.learned_suspects s LEFT JOIN support p USING (rid, field)
), sure AS (
  SELECT *, 1 / (1 + exp(-total)) AS certainty FROM weighed
), joined AS (
  SELECT *, 1 - product(1 - certainty) OVER (PARTITION BY rid, field) AS confidence,
    row_number() OVER (PARTITION BY rid, field 
      ORDER BY how = 'dependency' AND certainty >= $certain DESC, certainty DESC, suggested IS NULL, how, suggested) AS place
  FROM sure WHERE certainty >= 0.3
), found AS (
  FROM joined WHERE place = 1 AND confidence >= $certain
), members AS MATERIALIZED (
  FROM temp.learned_members SEMI JOIN found USING (rid)
)
SELECT $dataset, $version, $entity, CASE WHEN how = 'notation' THEN 'format' ELSE how END, {keys},
  j.field, nullif(j.observed, ''), nullif(j.suggested, ''), round(j.confidence, 4),
  j.evidence || ' (learned from the records themselves, version ' || $version || ')'
FROM found j JOIN members m USING (rid)
JOIN (SELECT *, rowid AS place FROM core.{entity} WHERE rowid IN (SELECT DISTINCT member FROM members)) r ON r.place = m.member
