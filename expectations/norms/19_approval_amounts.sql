/* ---
grain: amount of a sampled order that went on to a later stage than the approval
makes: approval_amounts
refresh: full
--- */
-- How many of the sampled orders have this amount or more (`n`), and how many of these were approved (`k`).
CREATE OR REPLACE TABLE work.approval_amounts AS
WITH step AS (SELECT min(stage_no) AS no FROM meta.activities WHERE activity_kind = 'approve'),
approved AS (
  SELECT DISTINCT order_key FROM work.approvals
), past_sampled AS (
  SELECT s.order_key FROM step, (FROM marts.stage_facts SEMI JOIN work.sampled_orders USING (order_key)) s WHERE s.stage_no > step.no
), sampled AS (
  SELECT o._system, o.net_amount::DOUBLE - coalesce(c.amount, 0) AS amount, a.order_key IS NOT NULL AS approved
  FROM (FROM core.orders SEMI JOIN work.sampled_orders USING (order_key)) o
  SEMI JOIN past_sampled USING (order_key)
  LEFT JOIN approved a ON a.order_key = o.order_key
  LEFT JOIN work.approved_changes c ON c.order_key = o.order_key
  WHERE o.net_amount IS NOT NULL AND o.cancelled_at IS NULL
)
SELECT _system, amount, count(*) OVER up AS n, count(*) FILTER (approved) OVER up AS k
FROM sampled WINDOW up AS (PARTITION BY _system ORDER BY amount DESC RANGE UNBOUNDED PRECEDING);
