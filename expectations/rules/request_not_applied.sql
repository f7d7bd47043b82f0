/* ---
title: An approved request is carried out
entity: order_changes
kind: change_not_applied
severity: high
dimension: timeliness
line_of_defence: 3
reach: clock
needs: [order_changes.approved_at, order_changes.new_value]
checked: "changed_at IS NULL AND approved_at IS NOT NULL"
sentence: "The change of {field} to {expected} was approved {evidence}, but it still is {observed}."
parameters: {grace_hours: 72}
--- */
-- A request that was approved and has no time of change, while the record has another value.
WITH now AS (SELECT data_until FROM meta.now),
waiting AS (
  SELECT c.* FROM now, scope.order_changes c
  WHERE c.changed_at IS NULL AND c.field IS NOT NULL AND c.approved_at < now.data_until - to_hours($grace_hours)
), of_orders AS (
  SELECT order_key AS record_key, record_key AS change_key, field FROM waiting WHERE line_id IS NULL
), of_lines AS (
  SELECT _system || ':' || line_id AS record_key, record_key AS change_key, field FROM waiting WHERE line_id IS NOT NULL
), all_orders AS (
  SELECT *, NULL AS _version FROM scope.orders
), all_lines AS (
  SELECT *, NULL AS _version FROM scope.order_lines
), cells AS (
  FROM work.values_of('of_orders', 'all_orders') UNION ALL FROM work.values_of('of_lines', 'all_lines')
)
SELECT w.record_key, w.order_key, w.order_id, w.line_id, w.field, nullif(v.value, '') AS observed, w.new_value AS expected,
  w.new_value AS suggested, 0.8 AS confidence, 'by ' || coalesce(w.approved_by, 'somebody') || ' ' || work.say_when(w.approved_at) AS evidence,
  w.approved_by AS origin_user, w.approved_at AS origin_at
FROM waiting w JOIN cells v ON v.change_key = w.record_key
WHERE v.value IS NOT NULL AND NOT work.same_value(v.value, w.new_value)
