-- A value most of whose records deviate in a field explains the deviation: it is their habit and no slip. It must be
-- established itself: it leads a group of another column, or nothing is known to decide its column. A voice excuses nothing:
-- one that is mostly outvoted is mostly wrong.
DELETE FROM learned.exceptions WHERE dataset = $dataset;
INSERT INTO learned.exceptions
WITH pairs AS (
  SELECT p.determinant, p.dependent, p.value, p.dependent_value, p.n FROM work.learned_directed p
  SEMI JOIN learned.dependencies d ON d.dataset = $dataset AND d.version = $version AND d.determinant = p.determinant
    AND d.dependent = p.dependent
  WHERE p.dataset = $dataset
), leaders AS (
  SELECT DISTINCT dependent AS column_name, leader AS value FROM work.learned_groups_of('pairs') WHERE leader_n >= $habit_size
), decided AS (
  SELECT DISTINCT dependent AS column_name FROM learned.dependencies WHERE dataset = $dataset AND version = $version
)
SELECT $dataset, s.field, s.column_name, s.value, s.n, c.n
FROM work.learned_shared s
JOIN learned.value_counts c ON c.dataset = $dataset AND c.column_name = s.column_name AND c.value = s.value
WHERE c.n >= $habit_size AND s.n >= $habit * c.n
  AND (s.column_name NOT IN (FROM decided) OR EXISTS (FROM leaders l WHERE l.column_name = s.column_name AND l.value = s.value))
  AND NOT EXISTS (FROM learned.dependencies d WHERE d.dataset = $dataset AND d.version = $version
    AND d.dependent = s.field AND d.voices = s.column_name)
