/* ---
grain: action by which an order was approved
makes: approvals
refresh: orders
--- */
-- Several rules ask who approved an order; the event log is read for it once.
SELECT a.record_key, a.order_key, a.order_id, a._system, a.activity, a.user_id, a."at" AS approved_at, m.stage,
  coalesce(a.automatic, false) AS automatic
FROM scope.user_actions a
JOIN meta.activities m ON m.activity_key = lower(trim(a.activity)) AND m.activity_kind = 'approve'
WHERE NOT coalesce(a.outcome ILIKE 'reject%', false)
