/* ---
title: "{entity_label}: {label} is unique"
kind: duplicate_record
severity: medium
dimension: uniqueness
line_of_defence: 1
reach: table
checked: 't."{column}" IS NOT NULL AND ({where})'
sentence: "{label} {{observed}} occurs {{evidence}} times."
takes: {column: column}
may_take: {where: condition}
--- */
WITH twice AS (
  SELECT t._system, t."{column}", count(*) AS n FROM core.{entity} t WHERE t."{column}" IS NOT NULL AND ({where})
  GROUP BY ALL HAVING n > 1
)
SELECT {identity}, '{column}' AS field, t."{column}"::VARCHAR AS observed, twice.n::VARCHAR AS evidence, 1.0 AS confidence
FROM scope.{entity} t JOIN twice USING (_system, "{column}")
WHERE ({where})
