/* ---
title: "{entity_label}: {label} is the same as {other_label}"
kind: invalid_value
severity: medium
dimension: consistency
line_of_defence: 1
reach: record
checked: 't."{column}" IS NOT NULL AND t."{other}" IS NOT NULL AND ({where})'
sentence: "{label} {{observed}} is not {other_label} {{expected}}."
takes: {column: column, other: column}
may_take: {where: condition}
--- */
SELECT {identity}, '{column}' AS field, t."{column}"::VARCHAR AS observed, t."{other}"::VARCHAR AS expected, 1.0 AS confidence
FROM scope.{entity} t
WHERE t."{column}" <> t."{other}" AND ({where})
