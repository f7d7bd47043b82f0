-- Median hours from the completion of the stage before to the completion of each stage, of the sampled cases; `discovered_ends` says
-- which activities complete which stage.
WITH ends AS (
    SELECT s.case_key, e.stage, s."at", lag(s."at") OVER (PARTITION BY s.case_key ORDER BY s.step_no) AS since
    FROM discovered_steps s JOIN discovered_ends e USING (activity) WHERE NOT s.is_start
)
SELECT stage, median(date_diff('second', since, "at")) / 3600.0 AS hours FROM ends WHERE since IS NOT NULL GROUP BY stage
