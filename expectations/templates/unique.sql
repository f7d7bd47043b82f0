/* ---
title: "{entity}: {label} is unique"
kind: duplicate_record
severity: medium
dimension: uniqueness
line_of_defence: 1
reach: table
checked: '"{column}" IS NOT NULL'
sentence: "{label} {{observed}} occurs {{evidence}} times."
--- */
WITH twice AS (
  SELECT _system, "{column}", count(*) AS n FROM core.{entity} WHERE "{column}" IS NOT NULL GROUP BY ALL HAVING n > 1
)
SELECT {identity}, '{column}' AS field, t."{column}"::VARCHAR AS observed, twice.n::VARCHAR AS evidence, 1.0 AS confidence
FROM scope.{entity} t JOIN twice USING (_system, "{column}")
