/* ---
title: "{entity_label}: {label} is given"
kind: missing_field
severity: medium
dimension: completeness
line_of_defence: 1
reach: record
checked: "t._source IS DISTINCT FROM 'derived' AND ({where})"
sentence: "{label} is missing."
takes: {column: column}
may_take: {usually: share, where: condition}
parameters: {usually: 0.9}
--- */
-- A field is required where the source fills it for at least $usually of the records; 0 means always. What an entry
-- template says of an order's field counts instead, a field that orders of a type and channel do without is not missing
-- there, and what a list has no column for is not missing in the orders made from its rows (norms/41_missing_fields.sql). A value
-- that cannot be read is told as that.
SELECT {identity}, '{column}' AS field, 1.0 AS confidence
FROM scope.{entity} t
ANTI JOIN work.missing_fields m
  ON m.entity = '{entity}' AND m.field = '{column}' AND m.record_key = t.record_key AND m.verdict <> 'learned'
ANTI JOIN ingest.unreadable u
  ON u.entity = '{entity}' AND u.column_name = '{column}' AND u.record_key = t.record_key
  AND (t._derived OR (u.file_no = t._file_no AND u.line = t._line))
WHERE t."{column}" IS NULL AND t._source IS DISTINCT FROM 'derived' AND ({where})
  AND (NOT t._derived OR t._source IN (SELECT DISTINCT _source FROM core.{entity} WHERE "{column}" IS NOT NULL))
  AND (SELECT count(t."{column}") >= $usually * count(*) FROM core.{entity} t WHERE t._source IS DISTINCT FROM 'derived' AND ({where}))
