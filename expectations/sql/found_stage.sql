-- The stage in which the order was when somebody noticed.
CREATE OR REPLACE TABLE work.found AS
SELECT f.* REPLACE (s.stage AS found_stage)
FROM work.found f
ASOF LEFT JOIN marts.stage_entries('work.found', visits := 'finding_visits') s
  ON s.order_key = f.order_key AND s.since < f.found_at;
