/* ---
grain: action by which an order was approved
makes: approvals
refresh: orders
--- */
-- Several rules ask who approved an order; the event log is read for it once, and each name of an activity is looked up once.
WITH names AS (
  SELECT a.activity, m.stage FROM (SELECT DISTINCT activity FROM scope.user_actions) a
  JOIN meta.activities m ON m.activity_key = lower(trim(a.activity)) AND m.activity_kind = 'approve'
)
SELECT a.record_key, a.order_key, a.order_id, a._system, a.activity, a.user_id, a."at" AS approved_at, m.stage,
  coalesce(a.automatic, false) AS automatic
FROM scope.user_actions a
JOIN names m ON m.activity = a.activity
WHERE NOT coalesce(a.outcome ILIKE 'reject%', false)
