/* ---
title: "{entity_label}: {label} is empty"
kind: invalid_value
severity: medium
dimension: validity
line_of_defence: 1
reach: record
checked: '({where})'
sentence: "{label} must be empty, not {{observed}}."
takes: {column: column}
may_take: {where: condition}
--- */
SELECT {identity}, '{column}' AS field, t."{column}"::VARCHAR AS observed, 1.0 AS confidence
FROM scope.{entity} t
WHERE t."{column}" IS NOT NULL AND ({where})
