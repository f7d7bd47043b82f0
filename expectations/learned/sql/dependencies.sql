-- Which columns depend on which, although not every record obeys.
--   agreement  how often another record with the same determinant has the same dependent (the record itself left out)
--   chance     how often any two records agree
--   recurring  share of the deviating records whose value another record of the group has too, and that is no slip of the
--              leading one: habits recur, slips seldom do
--   noise      what ordinary groups (the median record's) have of deviations, as far as these do not recur
--   unclear    share of records in groups that no value leads: there the determinant does not decide
--   voices     the column that tells several voices about one thing apart, if there is one: then what recurs is no habit, for
--              one voice may repeat another; the most frequent answer is believed where it has twice the next one's voices
--   strength   (agreement - chance) / (1 - chance), as it would be without the noise: two records agree although one of
--              them is wrong as often as neither is, (1 - noise)^2; 1 is a dependency, 0 is none
INSERT INTO learned.dependencies
WITH pairs AS (
  SELECT determinant, dependent, value, dependent_value, n FROM work.learned_directed
  WHERE dataset = $dataset AND list_contains($determinants, determinant)
), groups AS (
  FROM work.learned_groups_of('pairs')
), chances AS (
  SELECT column_name AS dependent, sum(n * (n - 1)) / (sum(n) * (sum(n) - 1)) AS chance
  FROM learned.value_counts WHERE dataset = $dataset AND value <> '' GROUP BY column_name HAVING sum(n) > 1
), agreements AS (
  SELECT determinant, dependent, coalesce(sum(filled) FILTER (filled >= 3), 0) AS support,
    sum(agreeing / (filled - 1)) / sum(filled) AS agreement
  FROM groups WHERE filled >= 2 GROUP BY ALL
), large AS (
  SELECT *, leader_n / filled AS share,
    CASE WHEN voices IS NULL THEN leader_n >= $leads * filled ELSE leader_n >= 2 * second_n END AS is_clear,
    sum(filled) OVER (PARTITION BY determinant, dependent ORDER BY leader_n / filled, value)
      / sum(filled) OVER (PARTITION BY determinant, dependent) AS cumulated
  FROM groups LEFT JOIN work.learned_voices USING (determinant) WHERE filled >= $group_size
), shapes AS (
  SELECT determinant, dependent, count(*) AS groups, count(DISTINCT leader) AS leaders,
    1 - min(share) FILTER (cumulated >= 0.5) AS deviating,
    coalesce(sum(filled) FILTER (NOT is_clear), 0) / sum(filled) AS unclear, any_value(voices) AS voices
  FROM large GROUP BY ALL
), repeated AS (
  SELECT determinant, dependent,
    sum(CASE WHEN p.n < 2 THEN 0 WHEN work.learned_slip(p.dependent_value, g.leader, $tolerance) THEN 0 ELSE p.n END) / sum(p.n) AS recurring
  FROM pairs p JOIN large g USING (determinant, dependent, value)
  WHERE p.dependent_value <> '' AND p.dependent_value <> g.leader GROUP BY ALL
), measured AS (
  SELECT * EXCLUDE (deviating), coalesce(recurring, 0) AS recurs,
    deviating * CASE WHEN voices IS NULL THEN 1 - coalesce(recurring, 0) ELSE 1 END AS noise
  FROM agreements JOIN shapes USING (determinant, dependent) JOIN chances USING (dependent)
  LEFT JOIN repeated USING (determinant, dependent)
)
SELECT $dataset, $version, determinant, dependent, support, groups, agreement, chance, recurs, noise, unclear,
  least(1, (agreement - chance) / ((1 - noise) ^ 2 - chance)) AS strength, voices, $mined_until::TIMESTAMP
FROM measured
WHERE list_contains($dependents, dependent) AND support >= $support AND leaders >= 2 AND unclear <= $unclear
  AND noise <= $most_noise AND (1 - noise) ^ 2 > chance
  AND (agreement - chance) / ((1 - noise) ^ 2 - chance) >= $strength AND (agreement - chance) / (1 - chance) >= $explains
