/* ---
title: "{entity_label}: {label} is greater than {than_label}"
kind: out_of_range
severity: medium
dimension: consistency
line_of_defence: 1
reach: record
checked: 't."{column}" IS NOT NULL AND t."{than}" IS NOT NULL AND ({where})'
sentence: "{label} {{observed}} is not greater than {than_label} ({{expected}})."
takes: {column: measure, than: measure}
may_take: {or_equal: flag, where: condition}
parameters: {or_equal: false}
--- */
SELECT {identity}, '{column}' AS field, t."{column}"::VARCHAR AS observed, t."{than}"::VARCHAR AS expected, 1.0 AS confidence
FROM scope.{entity} t
WHERE (t."{column}" < t."{than}" OR (NOT $or_equal AND t."{column}" = t."{than}")) AND ({where})
