/* ---
title: "{entity_label}: {label} has a possible length"
kind: bad_format
severity: low
dimension: validity
line_of_defence: 1
reach: record
checked: 't."{column}" IS NOT NULL AND ({where})'
sentence: "{label} {{observed}} has a length outside its range ({{expected}})."
takes: {column: column}
takes_one_of: [minimum, maximum]
may_take: {minimum: number, maximum: number, where: condition}
parameters: {minimum: null, maximum: null}
--- */
SELECT {identity}, '{column}' AS field, t."{column}"::VARCHAR AS observed,
  concat_ws(' and ', 'at least ' || $minimum::VARCHAR, 'at most ' || $maximum::VARCHAR) || ' characters' AS expected,
  1.0 AS confidence
FROM scope.{entity} t
WHERE (length(t."{column}"::VARCHAR) < $minimum OR length(t."{column}"::VARCHAR) > $maximum) AND ({where})
