SELECT subject, text FROM meta.assumptions
UNION ALL SELECT 'status ' || status, count(*) || ' orders: whether they are open cannot be told, since the word is not known; '
    || 'map it in the profile, status: {column: ..., codes: {' || status || ': open}} (or done, cancelled)'
    FROM marts.order_facts WHERE is_open IS NULL AND status IS NOT NULL GROUP BY status
UNION ALL SELECT entity || '.' || column_name, count(*) || ' values could not be read (' || reason || '), e.g. ' || min(raw) FROM ingest.unreadable GROUP BY entity, column_name, reason
UNION ALL SELECT entity || '.' || column_name, count(*) || ' values were repaired by the declared rule ' || rule FROM ingest.repairs GROUP BY entity, column_name, rule
UNION ALL SELECT f.file, 'column ' || u.column_name || ' is kept but not used (' || u.filled || ' values)' FROM meta.unknown_columns u JOIN meta.files f USING (file_no)
