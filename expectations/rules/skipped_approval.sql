/* ---
title: An order that needs approval has it
entity: orders
kind: skipped_approval
severity: high
dimension: validity
line_of_defence: 2
reach: order
needs: [user_actions, orders.net_amount]
checked: "net_amount IS NOT NULL"
sentence: "The order of {observed} went past approval; orders above {expected} are approved ({evidence})."
parameters: {usually: 0.85, minimum: 50}
--- */
-- The amount from which on orders are approved is read from the data: the one that best parts approved from other orders.
-- Only orders that went on to a later stage are judged, by their amount without the changes that were approved themselves.
WITH step AS (SELECT min(stage_no) AS no FROM meta.activities WHERE activity_kind = 'approve'),
approved AS (
  SELECT DISTINCT a.order_key FROM core.user_actions a
  JOIN meta.activities m ON m.activity_key = lower(trim(a.activity)) AND m.activity_kind = 'approve'
  WHERE NOT coalesce(a.outcome ILIKE 'reject%', false)
), stages AS (
  SELECT s.order_key, a.order_key IS NOT NULL AS approved, count(*) FILTER (s.stage_no > step.no) > 0 AS went_past,
    min(s.entered_at) FILTER (s.stage_no > step.no) AS past_at,
    arg_min(s.user_id, s.entered_at) FILTER (s.stage_no > step.no) AS past_by
  FROM step, marts.stage_facts s LEFT JOIN approved a ON a.order_key = s.order_key
  GROUP BY ALL
), approved_changes AS (
  SELECT c.order_key, sum(l.unit_price * (1 - coalesce(l.discount, 0))
    * (TRY_CAST(c.new_value AS DOUBLE) - TRY_CAST(c.old_value AS DOUBLE))) AS amount
  FROM core.order_changes c JOIN core.order_lines l ON l.order_key = c.order_key AND l.line_id = c.line_id
  WHERE c.field = 'quantity' AND c.approved_by IS NOT NULL GROUP BY c.order_key
), judged AS (
  SELECT o.order_key, o._system, o.net_amount::DOUBLE - coalesce(c.amount, 0) AS amount, s.approved, s.past_at, s.past_by
  FROM core.orders o JOIN stages s USING (order_key) LEFT JOIN approved_changes c ON c.order_key = o.order_key
  WHERE o.net_amount IS NOT NULL AND s.went_past AND o.cancelled_at IS NULL
), binned AS (
  SELECT *, ntile(400) OVER (PARTITION BY _system ORDER BY amount) AS bin FROM judged
), bins AS (
  SELECT _system, bin, min(amount) AS lowest, count(*) AS n, count(*) FILTER (approved) AS k FROM binned GROUP BY ALL
), above AS (
  SELECT _system, lowest, sum(n) OVER up AS n, sum(k) OVER up AS k, sum(n) OVER (PARTITION BY _system) AS all_n,
    sum(k) OVER (PARTITION BY _system) AS all_k
  FROM bins WINDOW up AS (PARTITION BY _system ORDER BY lowest DESC)
), threshold AS (
  SELECT _system, arg_max({'amount': lowest, 'share': k / n}, 2 * k - n) AS best
  FROM above WHERE n >= $minimum GROUP BY _system
)
SELECT o.record_key, o.order_key, o.order_id, 'activity' AS field, o.net_amount::VARCHAR AS observed,
  round(t.best.amount, 2)::VARCHAR AS expected, t.best.share AS confidence,
  round(100 * t.best.share, 1) || ' % of them' AS evidence,
  j.past_by AS origin_user, j.past_at AS origin_at, 'approval' AS origin_stage
FROM judged j JOIN threshold t USING (_system)
JOIN scope.orders o USING (order_key)
WHERE NOT j.approved AND j.amount >= t.best.amount AND t.best.share >= $usually
