/* ---
grain: text of a judged action that few others have
makes: rare_action_texts
refresh: always
--- */
-- There are many actions, of a few users and activities: only texts that few others have are looked at closer.
CREATE OR REPLACE TABLE work.rare_action_texts AS
WITH common AS (
  SELECT t._system, t.field, t.value FROM work.usual_texts t JOIN work.usual_shapes s USING (entity, _system, field)
  WHERE t.entity = 'user_actions' AND t.records >= greatest(5, 0.0005 * s.records)
), given AS (
  SELECT record_key, order_key, order_id AS in_order, line_id, t._system, unnest([
    {'field': 'activity', 'value': activity}, {'field': 'user_id', 'value': user_id}, {'field': 'role', 'value': role},
    {'field': 'department', 'value': department}], recursive := true)
  FROM scope.user_actions t
  LEFT JOIN common a ON a._system = t._system AND a.field = 'activity' AND a.value = t.activity
  LEFT JOIN common u ON u._system = t._system AND u.field = 'user_id' AND u.value = t.user_id
  LEFT JOIN common r ON r._system = t._system AND r.field = 'role' AND r.value = t.role
  LEFT JOIN common d ON d._system = t._system AND d.field = 'department' AND d.value = t.department
  WHERE (activity IS NOT NULL AND a.value IS NULL) OR (user_id IS NOT NULL AND u.value IS NULL)
    OR (role IS NOT NULL AND r.value IS NULL) OR (department IS NOT NULL AND d.value IS NULL)
)
SELECT g.* FROM given g ANTI JOIN common c ON c._system = g._system AND c.field = g.field AND c.value = g.value WHERE g.value IS NOT NULL;
