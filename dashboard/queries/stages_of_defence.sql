-- The stages of the process in their order, with the line of defence in charge.
SELECT stage, stage_no, title, line_of_defence FROM meta.stages ORDER BY stage_no
