/* ---
title: "{entity_label}: {label} is one of the known values"
kind: invalid_value
severity: medium
dimension: validity
line_of_defence: 1
reach: record
checked: 't."{column}" IS NOT NULL AND ({where})'
sentence: "{label} {{observed}} is not one of the known values ({{expected}})."
takes: {column: column}
may_take: {allowed: values, where: condition}
parameters: {allowed: null}
--- */
SELECT {identity}, '{column}' AS field, t."{column}"::VARCHAR AS observed, array_to_string($allowed, ', ') AS expected,
  1.0 AS confidence
FROM scope.{entity} t
WHERE t."{column}" IS NOT NULL AND NOT list_contains($allowed, t."{column}") AND ({where})
