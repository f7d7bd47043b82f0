-- Lines (orders, where the event names no line) by how often an event says that they were changed; six and more are one group.
WITH names AS (
    SELECT activity FROM (SELECT DISTINCT activity FROM marts.action_facts)
    WHERE regexp_matches(lower(activity), '\b(changed?|changes|amend(ed|ment)?|modif(y|ied)|revised?)\b|änder|geändert|变更|修改|變更')
), events AS MATERIALIZED (
    SELECT order_key, line_key, order_id, line_id, activity, "at", user_id, role, stage, automatic FROM marts.action_facts SEMI JOIN names USING (activity)
), counted AS (
    SELECT coalesce(line_key, order_key) AS changed, count(*) AS n FROM events SEMI JOIN selected_orders USING (order_key) GROUP BY ALL
)
SELECT least(n, 6) AS changes, count(*) AS lines, max(n) AS most FROM counted GROUP BY ALL ORDER BY 1
