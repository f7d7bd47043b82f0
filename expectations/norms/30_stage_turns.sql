/* ---
grain: stage and the next one of the same case
makes: stage_turns
refresh: full
--- */
-- Of two stages that follow each other in the process and both stand in a case: how many cases there are, in which share the
-- second began first, and in which it ended before the first one did; on a sample.
CREATE OR REPLACE TABLE work.stage_turns AS
WITH pairs AS (
  SELECT stage, lead(stage) OVER one AS next_stage, lead(entered_at) OVER one < entered_at AS begins_first,
    coalesce(lead(end_at) OVER one < end_at, false) AS ends_first
  FROM (
    SELECT stage, stage_no, entered_at, hash(order_key, line_key) AS of_case, CASE WHEN outcome = 'completed' THEN ended_at END AS end_at
    FROM marts.stage_facts SEMI JOIN work.sampled_orders USING (order_key) WHERE stage_no IS NOT NULL AND visit_no = 1
  ) WINDOW one AS (PARTITION BY of_case ORDER BY stage_no)
)
SELECT stage, next_stage, count(*) AS cases, avg(begins_first::INTEGER) AS begins_share, avg(ends_first::INTEGER) AS ends_share
FROM pairs WHERE next_stage IS NOT NULL GROUP BY ALL;
