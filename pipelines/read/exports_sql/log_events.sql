-- The events of an object-centric log: one row an event with all orders and lines that it touches. Times are in UTC, and written with the offset.
WITH rows AS (
    SELECT a.*, coalesce(u.event_id, a.record_key) AS event_id
    FROM selected_actions a JOIN core.user_actions u ON u.record_key = a.record_key
)
SELECT event_id, activity, min("at") AS "at", any_value(user_id) AS user_id, any_value(role) AS role, any_value(department) AS department,
    any_value(stage) AS stage, any_value(outcome) AS outcome, bool_or(automatic) AS automatic,
    list(DISTINCT order_id ORDER BY order_id) AS orders,
    coalesce(list(DISTINCT line_id ORDER BY line_id) FILTER (line_id IS NOT NULL), []) AS lines
FROM rows GROUP BY event_id, activity ORDER BY "at", event_id
