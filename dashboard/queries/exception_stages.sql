-- In which stage each type of exception arises.
SELECT type, e.stage, any_value(m.title) AS title, any_value(m.stage_no) AS stage_no, count(*) AS exceptions
FROM selected_exceptions e LEFT JOIN meta.stages m USING (stage) GROUP BY type, e.stage ORDER BY stage_no NULLS LAST, exceptions DESC, type
