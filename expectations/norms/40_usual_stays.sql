/* ---
grain: stage
makes: usual_stays
refresh: full
--- */
-- How long the slowest 1 % (`stay`) and the slowest in a thousand (`longest`) of the cases stay in a stage that they leave;
-- how long the slowest 1 % wait after the stage until another department does something (`wait`, of orders without an
-- exception; whichever stage comes next: some are left out); in seconds, on a sample.
CREATE OR REPLACE TABLE work.usual_stays AS
WITH stays AS (
  SELECT s._system, f.stage, quantile_cont(f.sojourn_seconds, [0.99, 0.999]) AS slow, count(*) AS stays
  FROM marts.stage_facts f JOIN work.sampled_orders s USING (order_key)
  WHERE NOT f.is_open AND f.outcome = 'completed' GROUP BY ALL
), steps AS (
  SELECT s._system, a.order_key, m.department, a."at", lag(a.stage) OVER trail AS before, lag(a.marks) OVER trail AS before_marks,
    lag(a."at") OVER trail AS before_at, lag(m.department) OVER trail AS before_department
  FROM marts.action_facts a JOIN work.sampled_orders s USING (order_key) JOIN meta.stages m USING (stage)
  WINDOW trail AS (PARTITION BY a.order_key, a.line_key ORDER BY a."at", a.action_no)
), waits AS (
  SELECT _system, before AS stage, quantile_cont(date_diff('second', before_at, "at"), 0.99) AS wait, count(*) AS waits
  FROM steps
  WHERE before_marks = 'end' AND before_department <> department
    AND order_key NOT IN (SELECT order_key FROM core.exceptions WHERE order_key IS NOT NULL)
  GROUP BY _system, before
)
SELECT _system, stage, slow[1] AS stay, slow[2] AS longest, stays, wait, waits
FROM stays LEFT JOIN waits USING (_system, stage);

-- From which stay on an order is stuck, in seconds; stuck_order explains it.
CREATE OR REPLACE MACRO work.longest_stay(stay, longest, times, tail, at_most_times, at_least_days) AS
  greatest(times * stay, at_least_days * 86400, least(at_most_times * stay, longest * power(longest / nullif(stay, 0), tail)));
