/* ---
title: "{entity_label}: {label} matches its pattern"
kind: bad_format
severity: low
dimension: validity
line_of_defence: 1
reach: record
checked: 't."{column}" IS NOT NULL AND ({where})'
sentence: "{label} {{observed}} does not match {{expected}}."
takes: {column: column, pattern: pattern}
may_take: {where: condition}
parameters: {pattern: null}
--- */
-- The pattern has to occur somewhere in the value.
SELECT {identity}, '{column}' AS field, t."{column}"::VARCHAR AS observed, $pattern AS expected, 1.0 AS confidence
FROM scope.{entity} t
WHERE t."{column}" IS NOT NULL AND NOT regexp_matches(t."{column}"::VARCHAR, $pattern) AND ({where})
