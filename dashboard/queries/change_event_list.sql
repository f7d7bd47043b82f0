-- The events that say that something was changed, the latest first; $limit of them.
WITH names AS (
    SELECT activity FROM (SELECT DISTINCT activity FROM marts.action_facts)
    WHERE regexp_matches(lower(activity), '\b(changed?|changes|amend(ed|ment)?|modif(y|ied)|revised?)\b|änder|geändert|变更|修改|變更')
), events AS MATERIALIZED (
    SELECT order_key, line_key, order_id, line_id, activity, "at", user_id, role, stage, automatic FROM marts.action_facts SEMI JOIN names USING (activity)
)
SELECT order_id, line_id, activity, "at", user_id, role, stage FROM events SEMI JOIN selected_orders USING (order_key)
ORDER BY "at" DESC, order_id, line_id LIMIT $limit
