/* ---
grain: text of a judged action that few others have
makes: rare_action_texts
refresh: always
--- */
-- There are many actions, of a few users and activities: only texts that few others have are looked at closer, and the actions are
-- gone through once for the combinations that they have of these.
CREATE OR REPLACE TABLE work.rare_action_texts AS
WITH common AS (
  SELECT t._system, t.field, t.value FROM work.usual_texts t JOIN work.usual_shapes s USING (entity, _system, field)
  WHERE t.entity = 'user_actions' AND t.records >= greatest(5, 0.0005 * s.records)
), combinations AS (
  SELECT _system, activity, user_id, role, department FROM scope.user_actions GROUP BY ALL
), texts AS (
  SELECT *, unnest([{'field': 'activity', 'value': activity}, {'field': 'user_id', 'value': user_id}, {'field': 'role', 'value': role},
    {'field': 'department', 'value': department}], recursive := true)
  FROM combinations
), rare AS (
  SELECT t.* FROM texts t ANTI JOIN common c ON c._system = t._system AND c.field = t.field AND c.value = t.value WHERE t.value IS NOT NULL
)
SELECT a.record_key, a.order_key, a.order_id AS in_order, a.line_id, a._system, r.field, r.value
FROM scope.user_actions a JOIN rare r ON r._system = a._system AND r.activity IS NOT DISTINCT FROM a.activity
  AND r.user_id IS NOT DISTINCT FROM a.user_id AND r.role IS NOT DISTINCT FROM a.role AND r.department IS NOT DISTINCT FROM a.department;
