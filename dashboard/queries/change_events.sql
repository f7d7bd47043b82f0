-- Events that say that something was changed, where no change log is given: by activity, on how many orders and lines, by how many users.
WITH names AS (
    SELECT activity FROM (SELECT DISTINCT activity FROM marts.action_facts)
    WHERE regexp_matches(lower(activity), '\b(changed?|changes|amend(ed|ment)?|modif(y|ied)|revised?)\b|änder|geändert|变更|修改|變更')
), events AS MATERIALIZED (
    SELECT order_key, line_key, order_id, line_id, activity, "at", user_id, role, stage, automatic FROM marts.action_facts SEMI JOIN names USING (activity)
)
SELECT activity, count(*) AS changes, count(DISTINCT order_key) AS orders, count(DISTINCT coalesce(line_key, order_key)) AS lines,
    count(DISTINCT user_id) AS users, count(*) FILTER (WHERE automatic) AS automatic, min("at") AS first_at, max("at") AS last_at
FROM events SEMI JOIN selected_orders USING (order_key) GROUP BY activity ORDER BY changes DESC, activity
