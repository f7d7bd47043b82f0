/* ---
grain: recorded change that was made after the order was confirmed, picked or shipped
makes: late_changes
refresh: always
--- */
-- `after` is the last of the milestones that had passed. A line is picked and shipped by itself where the log or the
-- delivery notes say so; whatever is said of the order as a whole counts from its first line on. Events tell of the
-- shipping of orders that have no delivery note.
CREATE OR REPLACE TABLE work.late_changes AS
WITH changes AS (
  SELECT f.*, c._system FROM marts.change_facts f JOIN scope.order_changes c USING (record_key)
  WHERE coalesce(f.origin, 'log') NOT IN ('version', 'snapshot') AND f.changed_at IS NOT NULL
), acts AS (
  SELECT a.order_key, a.line_id, a.activity_kind, min(a."at") AS moment FROM work.action_facts_of('changes') a
  WHERE a.activity_kind IN ('confirm', 'approve', 'pick', 'ship') GROUP BY ALL
), of_order AS (
  SELECT order_key, coalesce(min(moment) FILTER (activity_kind = 'confirm'), min(moment) FILTER (activity_kind = 'approve')) AS confirmed_at,
    min(moment) FILTER (activity_kind = 'pick') AS picked_at, min(moment) FILTER (activity_kind = 'pick' AND line_id IS NULL) AS whole_picked_at,
    min(moment) FILTER (activity_kind = 'ship') AS shipped_at, min(moment) FILTER (activity_kind = 'ship' AND line_id IS NULL) AS whole_shipped_at
  FROM acts GROUP BY order_key
), of_line AS (
  SELECT order_key, line_id, min(moment) FILTER (activity_kind = 'pick') AS picked_at, min(moment) FILTER (activity_kind = 'ship') AS shipped_at
  FROM acts WHERE line_id IS NOT NULL GROUP BY ALL
), sent AS (
  SELECT order_key, line_id, min("at") AS moment FROM scope.deliveries SEMI JOIN changes USING (order_key)
  WHERE coalesce(kind, 'delivery') = 'delivery' GROUP BY ALL
), order_sent AS (
  SELECT order_key, min(moment) AS moment FROM sent GROUP BY order_key
), dated AS (
  SELECT c.*, o.confirmed_at,
    CASE WHEN c.line_id IS NULL THEN o.picked_at ELSE coalesce(l.picked_at, o.whole_picked_at) END AS picked_at,
    CASE WHEN s.order_key IS NOT NULL THEN CASE WHEN c.line_id IS NULL THEN s.moment ELSE d.moment END
         WHEN c.line_id IS NULL THEN o.shipped_at ELSE coalesce(l.shipped_at, o.whole_shipped_at) END AS shipped_at,
    s.order_key IS NOT NULL AS has_delivery_note
  FROM changes c
  LEFT JOIN of_order o ON o.order_key = c.order_key
  LEFT JOIN of_line l ON l.order_key = c.order_key AND l.line_id = c.line_id
  LEFT JOIN order_sent s ON s.order_key = c.order_key
  LEFT JOIN sent d ON d.order_key = c.order_key AND d.line_id = c.line_id
)
SELECT record_key, order_key, order_id, line_id, _system, field, old_value, new_value, changed_at, changed_by, has_delivery_note,
  customer_initiated, approved_by IS NOT NULL AND NOT coalesce(approved_at > changed_at, false) AS is_approved,
  CASE WHEN changed_at > shipped_at THEN 'shipping' WHEN changed_at > picked_at THEN 'picking' ELSE 'confirmation' END AS after,
  CASE WHEN changed_at > shipped_at THEN shipped_at WHEN changed_at > picked_at THEN picked_at ELSE confirmed_at END AS milestone
FROM dated WHERE changed_at > shipped_at OR changed_at > picked_at OR changed_at > confirmed_at;
