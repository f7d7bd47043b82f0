/* ---
title: "{entity_label}: {label} has its format"
kind: bad_format
severity: low
dimension: validity
line_of_defence: 1
reach: record
checked: 't."{column}" IS NOT NULL AND ({where})'
sentence: "{label} {{observed}} has not the form of such a value."
takes: {column: column, pattern: pattern}
may_take: {where: condition}
parameters: {pattern: null}
--- */
-- The whole value has to match.
SELECT {identity}, '{column}' AS field, t."{column}"::VARCHAR AS observed, $pattern AS expected, 1.0 AS confidence
FROM scope.{entity} t
WHERE t."{column}" IS NOT NULL AND NOT regexp_full_match(t."{column}"::VARCHAR, $pattern) AND ({where})
