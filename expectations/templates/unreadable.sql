/* ---
title: "{entity_label}: every value can be read"
kind: unreadable_value
severity: medium
dimension: validity
line_of_defence: 1
reach: record
sentence: "{{observed}} cannot be read as a value of {{field}}: {{evidence}}."
--- */
SELECT u.record_key, u.order_key, u.order_id, u.line_id, u.column_name AS field, u.raw AS observed,
  u.reason AS evidence, 1.0 AS confidence
FROM ingest.unreadable u
SEMI JOIN scope.{entity} t ON t.record_key = u.record_key
-- What a later version put right at the source is right.
ANTI JOIN history.{entity} h ON h.record_key = u.record_key AND h._file_no = u.file_no AND h._line = u.line
WHERE u.entity = '{entity}'
