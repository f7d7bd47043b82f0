-- What each dependency says about each pair of values that stands in a judged record. The record does not witness for
-- itself. weight is the logarithm of how much likelier it is that the dependent value is wrong than that it is meant:
--   wrong   noise * how common the value is anyway
--   meant   the share of such records in this group, drawn towards how common the value is anyway (Dirichlet-multinomial;
--           (1 - strength) / strength is its concentration, so that a weaker dependency expects more exceptions)
-- What recurs in the group is its habit; of slips and gaps, and of voices, as many as the noise explains are none; and the
-- same slip may be made twice. Where another column decides which cells of the column are empty, a gap that recurs is no slip
-- either; and where the texts of a column are neighbours of each other, nearness makes no slip.
CREATE OR REPLACE TABLE work.learned_pair_votes AS
WITH pairs AS (
  SELECT determinant, dependent, value, dependent_value, n FROM work.learned_directed
  SEMI JOIN work.learned_judged USING (determinant, dependent, value) WHERE dataset = $dataset
), groups AS (
  FROM work.learned_groups_of('pairs')
), commonness AS (
  SELECT column_name, value, n, sum(n) OVER (PARTITION BY column_name) AS records
  FROM learned.value_counts WHERE dataset = $dataset
), records AS (
  SELECT column_name, any_value(records) AS records FROM commonness GROUP BY ALL
), known AS (
  SELECT j.* EXCLUDE (n), g.* EXCLUDE (determinant, dependent, value), j.is_counted::INTEGER AS own, j.dependent_value = '' AS is_empty,
    coalesce(p.n, 0) AS together, greatest(coalesce(c.n, 0) - j.is_counted::INTEGER, 0) AS carriers, (carriers + 0.5) / (r.records + 1) AS common,
    greatest(d.noise, $noise) AS noise, greatest((1 - d.strength) / d.strength, $exceptions) AS exceptions, d.voices,
    j.dependent IN (SELECT column_name FROM learned.decided_gaps WHERE dataset = $dataset) AS has_habits_of_gaps,
    coalesce(w.crowded, 0) > $most_crowded AS is_crowded
  FROM work.learned_judged j
  JOIN groups g USING (determinant, dependent, value)
  JOIN learned.dependencies d ON d.dataset = $dataset AND d.version = $version
    AND d.determinant = j.determinant AND d.dependent = j.dependent
  JOIN records r ON r.column_name = j.dependent
  LEFT JOIN work.learned_crowding w ON w.column_name = j.dependent
  LEFT JOIN pairs p ON p.determinant = j.determinant AND p.dependent = j.dependent AND p.value = j.value
    AND p.dependent_value = j.dependent_value
  LEFT JOIN commonness c ON c.column_name = j.dependent AND c.value = j.dependent_value
), without_itself AS (
  SELECT *, greatest(together - own, 0) AS same,
    CASE WHEN is_empty THEN filled + greatest(missing - own, 0) ELSE filled - own END AS others,
    dependent_value = leader AND leader_n - own < second_n AS is_overtaken
  FROM known
), expecting AS (
  SELECT *, CASE WHEN is_overtaken THEN second ELSE leader END AS expected,
    CASE WHEN is_overtaken THEN second_n WHEN dependent_value = leader THEN leader_n - own ELSE leader_n END AS expected_n,
    CASE WHEN is_empty AND NOT has_habits_of_gaps THEN greatest(noise, missing / (filled + missing)) ELSE noise END AS wrong
  FROM without_itself WHERE others >= 1
), looks AS (
  SELECT *, NOT is_crowded AND work.learned_slip(dependent_value, expected, $tolerance) AS is_near, is_empty OR is_near AS is_slip FROM expecting
), habits AS (
  SELECT *, CASE WHEN is_slip OR voices IS NOT NULL THEN greatest(0, same - greatest(is_near::INTEGER, others * wrong)) ELSE same END AS habit
  FROM looks
)
SELECT determinant, dependent, value, dependent_value, is_counted, expected, expected_n, others, same,
  is_slip OR carriers = 0 OR voices IS NOT NULL AS is_new, is_near,
  dependent_value <> expected AND expected_n >= 2 AND CASE WHEN voices IS NULL THEN expected_n >= $majority * others
    ELSE expected_n >= 2 * second_n END AS is_against,
  ln(wrong * common * (others + exceptions) / (habit + exceptions * common)) AS weight
FROM habits
