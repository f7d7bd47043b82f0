-- What was assumed, could not be read, was repaired or is not used; `about` says of which kind `subject` is. The columns of a file that nothing reads are one row.
SELECT code AS about, subject, text FROM meta.assumptions
UNION ALL SELECT 'field', entity || '.' || column_name, format('{:,} {} could not be read ({}), e.g. {}', count(*), CASE WHEN count(*) = 1 THEN 'value' ELSE 'values' END, reason, min(raw))
FROM ingest.unreadable GROUP BY entity, column_name, reason
UNION ALL SELECT 'field', entity || '.' || column_name, format('{:,} {} repaired by the declared rule {}', count(*), CASE WHEN count(*) = 1 THEN 'value was' ELSE 'values were' END, rule)
FROM ingest.repairs GROUP BY entity, column_name, rule
UNION ALL SELECT 'file', f.file, 'kept but not used: ' || string_agg(DISTINCT format('{} ({:,})', u.column_name, u.filled), ', ' ORDER BY format('{} ({:,})', u.column_name, u.filled))
  || ' · in brackets how many values'
FROM meta.unknown_columns u JOIN meta.files f USING (file_no) GROUP BY f.file
