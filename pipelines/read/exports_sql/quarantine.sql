-- Source rows that could not be attached to a record. The filters do not apply to them: they have no order.
SELECT file, line, column_name, reason, message, raw FROM ingest.quarantine ORDER BY file_no, line
