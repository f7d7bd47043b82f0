-- The stages of the process, the target of each in seconds, whether that is working time, and the length of its working day.
SELECT s.stage, s.stage_no, s.title AS stage_title, s.department, s.target_hours * 3600 AS target_seconds, s.calendar IS NOT NULL AS is_working,
    c.day_seconds
FROM meta.stages s LEFT JOIN meta.calendars c ON c.department = s.calendar ORDER BY s.stage_no
