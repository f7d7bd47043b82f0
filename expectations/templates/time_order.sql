/* ---
title: "{entity}: {label} is not before {after_label}"
kind: time_order
severity: medium
dimension: consistency
line_of_defence: 2
reach: record
checked: '"{column}" IS NOT NULL AND "{after}" IS NOT NULL'
sentence: "{label} {{observed}} lies before {after_label} {{expected}}."
--- */
SELECT {identity}, '{column}' AS field, t."{column}"::VARCHAR AS observed, t."{after}"::VARCHAR AS expected, 1.0 AS confidence
FROM scope.{entity} t
WHERE t."{column}" < t."{after}"{as_day}
