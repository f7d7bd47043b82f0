/* ---
grain: text of a judged action that few others have
makes: rare_action_texts
refresh: always
--- */
-- There are many actions, of a few users and activities: only texts that few others have are looked at closer. Each column is counted
-- by itself, where it lies.
CREATE OR REPLACE TABLE work.rare_action_texts AS
WITH common AS (
  SELECT t._system, t.field, t.value FROM work.usual_texts t JOIN work.usual_shapes s USING (entity, _system, field)
  WHERE t.entity = 'user_actions' AND t.records >= greatest(5, 0.0005 * s.records)
), texts AS (
  SELECT DISTINCT _system, 'activity' AS field, activity AS value FROM scope.user_actions
  UNION ALL SELECT DISTINCT _system, 'user_id', user_id FROM scope.user_actions
  UNION ALL SELECT DISTINCT _system, 'role', role FROM scope.user_actions
  UNION ALL SELECT DISTINCT _system, 'department', department FROM scope.user_actions
), rare AS MATERIALIZED (
  FROM texts t ANTI JOIN common c USING (_system, field, value) WHERE t.value IS NOT NULL
)
SELECT a.record_key, a.order_key, a.order_id AS in_order, a.line_id, a._system, r.field, r.value
FROM scope.user_actions a JOIN rare r ON r.field = 'activity' AND r._system = a._system AND r.value = a.activity
UNION ALL
SELECT a.record_key, a.order_key, a.order_id, a.line_id, a._system, r.field, r.value
FROM scope.user_actions a JOIN rare r ON r.field = 'user_id' AND r._system = a._system AND r.value = a.user_id
UNION ALL
SELECT a.record_key, a.order_key, a.order_id, a.line_id, a._system, r.field, r.value
FROM scope.user_actions a JOIN rare r ON r.field = 'role' AND r._system = a._system AND r.value = a.role
UNION ALL
SELECT a.record_key, a.order_key, a.order_id, a.line_id, a._system, r.field, r.value
FROM scope.user_actions a JOIN rare r ON r.field = 'department' AND r._system = a._system AND r.value = a.department;
