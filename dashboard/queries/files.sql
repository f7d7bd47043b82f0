SELECT file, member, source, system, rows_read, accepted, quarantined, duplicate, superseded, ignored, recorded_at, recorded_at_from, encoding FROM meta.files ORDER BY file_no
