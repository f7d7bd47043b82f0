/* ---
title: "{entity}: {label} is given"
kind: missing_field
severity: medium
dimension: completeness
line_of_defence: 1
reach: record
checked: 'NOT t._derived AND ({where})'
sentence: "{label} is missing."
takes: {column: column}
may_take: {usually: share, where: condition}
parameters: {usually: 0.9}
--- */
-- A field is required where the source fills it for at least $usually of the records; 0 means always.
SELECT {identity}, '{column}' AS field, 1.0 AS confidence
FROM scope.{entity} t
WHERE t."{column}" IS NULL AND NOT t._derived AND ({where})
  AND (SELECT count(t."{column}") >= $usually * count(*) FROM core.{entity} t WHERE NOT t._derived AND ({where}))
