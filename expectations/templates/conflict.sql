/* ---
title: "{entity}: one key, one record"
kind: duplicate_record
severity: high
dimension: uniqueness
line_of_defence: 1
reach: record
sentence: "The key came twice at the same time with different content: {{field}} is {{observed}}, elsewhere {{expected}} ({{evidence}})."
--- */
SELECT {identity}, coalesce(c.column_name, '{column}') AS field, c.kept AS observed, c.other AS expected,
  'kept file ' || c.kept_file_no || ' line ' || c.kept_line || ', other file ' || c.other_file_no || ' line ' || c.other_line
    AS evidence, 1.0 AS confidence
FROM ingest.conflicts c
JOIN scope.{entity} t ON t.record_key = c.record_key
WHERE c.entity = '{entity}'
QUALIFY row_number() OVER (PARTITION BY c.record_key, c.column_name ORDER BY c.other_file_no, c.other_line) = 1
