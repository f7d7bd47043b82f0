-- Events that say that something was changed, where no change log is given: by activity, on how many orders and lines, by how many users.
SELECT activity, count(*) AS changes, count(DISTINCT order_key) AS orders, count(DISTINCT coalesce(line_key, order_key)) AS lines,
    count(DISTINCT user_id) AS users, count(*) FILTER (WHERE automatic) AS automatic, min("at") AS first_at, max("at") AS last_at
FROM marts.change_events SEMI JOIN selected_orders USING (order_key) GROUP BY activity ORDER BY changes DESC, activity
