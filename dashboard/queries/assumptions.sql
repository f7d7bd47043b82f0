SELECT subject, text FROM meta.assumptions
UNION ALL SELECT entity || '.' || column_name, CASE WHEN count(*) = 1 THEN '1 value' ELSE count(*) || ' values' END || ' could not be read (' || reason || '), e.g. ' || min(raw) FROM ingest.unreadable GROUP BY entity, column_name, reason
UNION ALL SELECT entity || '.' || column_name, count(*) || ' values were repaired by the declared rule ' || rule FROM ingest.repairs GROUP BY entity, column_name, rule
UNION ALL SELECT f.file, 'column ' || u.column_name || ' is kept but not used (' || u.filled || ' values)' FROM meta.unknown_columns u JOIN meta.files f USING (file_no)
