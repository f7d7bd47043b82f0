/* ---
title: "{entity_label}: {label} does not match a pattern"
kind: bad_format
severity: low
dimension: validity
line_of_defence: 1
reach: record
checked: 't."{column}" IS NOT NULL AND ({where})'
sentence: "{label} {{observed}} must not match {{expected}}."
takes: {column: column, pattern: pattern}
may_take: {where: condition}
parameters: {pattern: null}
--- */
-- The pattern must not occur anywhere in the value.
SELECT {identity}, '{column}' AS field, t."{column}"::VARCHAR AS observed, $pattern AS expected, 1.0 AS confidence
FROM scope.{entity} t
WHERE t."{column}" IS NOT NULL AND regexp_matches(t."{column}"::VARCHAR, $pattern) AND ({where})
