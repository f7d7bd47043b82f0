/* ---
grain: stage
makes: usual_stays
refresh: full
--- */
-- How long the slowest 1 % (`stay`) and the slowest in a thousand (`longest`) of the cases stay in a stage that they leave;
-- how long the slowest 1 % and the slowest of all wait after the stage until another department does something (`wait`,
-- `longest_wait`, the fifty longest in `long_waits`; of orders without an exception; whichever stage comes next: some are left out); in seconds, on a sample. An order that is said to wait for a stage
-- that most orders leave out waits for the next one that most pass: the longer of these stays counts for both.
CREATE OR REPLACE TABLE work.usual_stays AS
WITH stays AS (
  SELECT s._system, f.stage, any_value(f.stage_no) AS stage_no, quantile_cont(f.sojourn_seconds, [0.99, 0.999]) AS slow, count(*) AS stays
  FROM marts.stage_facts f JOIN work.sampled_orders s USING (order_key)
  WHERE NOT f.is_open AND f.outcome = 'completed' GROUP BY s._system, f.stage
), steps AS (
  SELECT s._system, a.order_key, m.department, a."at", lag(a.stage) OVER trail AS before, lag(a.marks) OVER trail AS before_marks,
    lag(a."at") OVER trail AS before_at, lag(m.department) OVER trail AS before_department
  FROM marts.action_facts a JOIN work.sampled_orders s USING (order_key) JOIN meta.stages m USING (stage)
  WINDOW trail AS (PARTITION BY a.order_key, a.line_key ORDER BY a."at", a.action_no)
), waits AS (
  SELECT _system, before AS stage, quantile_cont(date_diff('second', before_at, "at"), 0.99) AS wait,
    max(date_diff('second', before_at, "at")) AS longest_wait, max(date_diff('second', before_at, "at"), 50) AS long_waits, count(*) AS waits
  FROM steps
  WHERE before_marks = 'end' AND before_department <> department
    AND order_key NOT IN (SELECT order_key FROM core.exceptions WHERE order_key IS NOT NULL)
  GROUP BY _system, before
), left_out AS (
  SELECT s._system, m.stage, m.stage_no FROM (SELECT DISTINCT _system FROM stays) s CROSS JOIN meta.stages m
  ANTI JOIN stays t ON t._system = s._system AND t.stage = m.stage
), passed AS (
  SELECT *, stays >= 0.5 * max(stays) OVER (PARTITION BY _system ORDER BY stage_no ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
    AS is_main
  FROM (FROM stays UNION ALL BY NAME SELECT *, 0 AS stays FROM left_out)
), next_main AS (
  SELECT *, min(stage_no) FILTER (is_main) OVER (PARTITION BY _system ORDER BY stage_no
    ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS main_no
  FROM passed
)
SELECT p._system, p.stage, max(n.slow[1]) AS stay, max(n.slow[2]) AS longest, sum(n.stays)::BIGINT AS stays,
  any_value(w.wait) AS wait, any_value(w.longest_wait) AS longest_wait, any_value(w.long_waits) AS long_waits, any_value(w.waits) AS waits
FROM next_main p JOIN next_main n ON n._system = p._system AND n.stage_no BETWEEN p.stage_no AND p.main_no
LEFT JOIN waits w ON w._system = p._system AND w.stage = p.stage
GROUP BY p._system, p.stage;

-- From which stay on an order is stuck, in seconds; stuck_order explains it.
CREATE OR REPLACE MACRO work.longest_stay(stay, longest, times, tail, at_most_times, at_least_days) AS
  greatest(times * stay, at_least_days * 86400, least(at_most_times * stay, longest * power(longest / nullif(stay, 0), tail)));
