/* ---
title: "{entity_label}: {label} is not before {after_label}"
kind: time_order
severity: medium
dimension: consistency
line_of_defence: 2
reach: record
checked: 't."{column}" IS NOT NULL AND t."{after}" IS NOT NULL AND ({where})'
sentence: "{label} {{observed}} lies before {after_label} {{expected}}."
takes: {column: time, after: time}
may_take: {where: condition}
--- */
SELECT {identity}, '{column}' AS field, t."{column}"::VARCHAR AS observed, {after_day}::VARCHAR AS expected, 1.0 AS confidence
FROM scope.{entity} t
WHERE t."{column}" < {after_day} AND ({where})
