/* ---
title: "{entity_label}: {label} is none of the forbidden values"
kind: invalid_value
severity: medium
dimension: validity
line_of_defence: 1
reach: record
checked: 't."{column}" IS NOT NULL AND ({where})'
sentence: "{label} must not be {{observed}}."
takes: {column: column, forbidden: values}
may_take: {where: condition}
parameters: {forbidden: null}
--- */
SELECT {identity}, '{column}' AS field, t."{column}"::VARCHAR AS observed, 1.0 AS confidence
FROM scope.{entity} t
WHERE t."{column}" IS NOT NULL AND list_contains($forbidden, t."{column}") AND ({where})
