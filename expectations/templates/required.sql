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
-- A field is required where the source fills it for at least $usually of the records; 0 means always. What an entry
-- template says of an order's field counts instead, and a field that orders of a type and channel do without is not missing
-- there (norms/41_missing_fields.sql).
SELECT {identity}, '{column}' AS field, 1.0 AS confidence
FROM scope.{entity} t
ANTI JOIN work.missing_fields m
  ON m.entity = '{entity}' AND m.field = '{column}' AND m.record_key = t.record_key AND m.verdict <> 'learned'
WHERE t."{column}" IS NULL AND NOT t._derived AND ({where})
  AND (SELECT count(t."{column}") >= $usually * count(*) FROM core.{entity} t WHERE NOT t._derived AND ({where}))
