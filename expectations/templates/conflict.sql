/* ---
title: "{entity_label}: one key, one record"
kind: duplicate_record
severity: high
dimension: uniqueness
line_of_defence: 1
reach: record
sentence: "The key came twice at the same time with different content: {{evidence}}."
--- */
SELECT {identity}, coalesce(c.column_name, '{column}') AS field, c.kept AS observed, c.other AS expected,
  coalesce(c.column_name || ' is ' || coalesce(c.kept, 'empty') || ', elsewhere ' || coalesce(c.other, 'empty') || '; ', '')
    || 'kept is ' || k.file || ' line ' || c.kept_line || ', the other one ' || f.file || ' line ' || c.other_line
    AS evidence, 1.0 AS confidence
FROM ingest.conflicts c
JOIN meta.files k ON k.file_no = c.kept_file_no
JOIN meta.files f ON f.file_no = c.other_file_no
JOIN scope.{entity} t ON t.record_key = c.record_key
WHERE c.entity = '{entity}'
QUALIFY row_number() OVER (PARTITION BY c.record_key, c.column_name ORDER BY c.other_file_no, c.other_line) = 1
