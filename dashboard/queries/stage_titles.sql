SELECT stage, title FROM meta.stages ORDER BY stage_no
