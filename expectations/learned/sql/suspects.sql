-- What the votes against a cell come to. Columns that depend on each other repeat each other: the second witness
-- counts half, the third a quarter. An expected value one slip away makes the slip likelier.
INSERT INTO work.learned_suspects
WITH ranked AS (
  SELECT *, row_number() OVER (PARTITION BY rid, field, expected ORDER BY weight DESC, determinant) AS place
  FROM work.learned_blame WHERE is_blamed
), summed AS (
  SELECT rid, field, observed, expected, sum(weight * 0.5 ^ (place - 1)) AS weight, count(*) AS witnesses,
    any_value(determinant) FILTER (place = 1) AS determinant, any_value(value) FILTER (place = 1) AS value,
    any_value(expected_n) FILTER (place = 1) AS expected_n, any_value(others) FILTER (place = 1) AS others
  FROM ranked GROUP BY ALL
), best AS (
  SELECT * FROM summed QUALIFY row_number() OVER (PARTITION BY rid, field ORDER BY weight DESC, expected) = 1
)
SELECT rid, field, 'dependency' AS how, observed, expected AS suggested,
  weight + CASE WHEN observed <> '' AND work.learned_slip(observed, expected, $tolerance) THEN $slip ELSE 0 END AS weight,
  format('{:,} of {:,} other ', expected_n, others) || $things || ' with ' || replace(replace(determinant, ' + ', ' and '), '_', ' ') || ' ' || value[:80]
    || ' have ' || expected[:80]
    || CASE witnesses WHEN 1 THEN '' WHEN 2 THEN '; another column says the same'
       ELSE '; ' || (witnesses - 1) || ' other columns say the same' END AS evidence
FROM best;

-- A value from which several wrong things would follow, each of which others excuse, is wrong itself.
INSERT INTO work.learned_suspects
WITH ranked AS (
  SELECT *, row_number() OVER (PARTITION BY rid, determinant ORDER BY weight DESC, field) AS place
  FROM work.learned_blame WHERE is_excused AND list_contains($dependents, determinant)
)
SELECT rid, determinant AS field, 'dependency' AS how, any_value(value) AS observed, NULL AS suggested,
  sum(weight * 0.5 ^ (place - 1)) AS weight,
  any_value(format('{:,} of {:,} other ', expected_n, others) || $things || ' with it have another ' || replace(field, '_', ' ') || ' (' || expected[:80] || ')')
    FILTER (place = 1) || '; ' || CASE count(*) WHEN 2 THEN 'another column says the same' ELSE (count(*) - 1) || ' other columns say the same' END AS evidence
FROM ranked ANTI JOIN work.learned_suspects s ON s.rid = ranked.rid AND s.field = ranked.determinant
GROUP BY rid, determinant HAVING count(*) >= 2
