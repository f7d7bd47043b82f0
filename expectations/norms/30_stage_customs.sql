/* ---
grain: kind of order, stage and later stage
makes: stage_customs
refresh: full
--- */
-- Of the orders (lines, where these are the cases) that passed `later`, how many had passed `stage` by then; on a sample
-- of the orders that were not cancelled.
CREATE OR REPLACE TABLE work.stage_customs AS
WITH sampled AS (
  FROM work.sampled_orders WHERE cancelled_at IS NULL
), passed AS (
  SELECT order_key, line_key, stage, stage_no, min(ended_at) AS passed_at
  FROM marts.stage_facts SEMI JOIN sampled USING (order_key) WHERE outcome = 'completed' GROUP BY ALL
), later AS (
  SELECT s._system, s.order_class, s.order_type, s.channel, p.stage, p.stage_no, count(*) AS cases
  FROM passed p JOIN sampled s USING (order_key) GROUP BY ALL
), had AS (
  SELECT s._system, s.order_class, s.order_type, s.channel, e.stage, e.stage_no, l.stage AS later, count(*) AS cases
  FROM passed l JOIN passed e ON e.order_key = l.order_key AND e.line_key IS NOT DISTINCT FROM l.line_key
    AND e.stage_no < l.stage_no AND e.passed_at <= l.passed_at
  JOIN sampled s ON s.order_key = l.order_key
  GROUP BY ALL
)
SELECT h._system, h.order_class, h.order_type, h.channel, h.stage, h.stage_no, h.later, l.stage_no AS later_no,
  h.cases AS had, l.cases AS passed
FROM had h JOIN later l ON l._system = h._system AND l.order_class = h.order_class AND l.stage = h.later
  AND l.order_type IS NOT DISTINCT FROM h.order_type AND l.channel IS NOT DISTINCT FROM h.channel;
