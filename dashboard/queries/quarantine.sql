SELECT file, line, column_name, reason, message, raw FROM ingest.quarantine ORDER BY file_no, line LIMIT 5000
