/* ---
title: "{entity}: {label} has its format"
kind: bad_format
severity: low
dimension: validity
line_of_defence: 1
reach: record
checked: '"{column}" IS NOT NULL'
sentence: "{label} {{observed}} has not the form of such a value."
--- */
SELECT {identity}, '{column}' AS field, t."{column}" AS observed, $pattern AS expected, 1.0 AS confidence
FROM scope.{entity} t
WHERE t."{column}" IS NOT NULL AND NOT regexp_full_match(t."{column}", $pattern)
