SELECT on_day, count(*) AS actions, count(DISTINCT order_key) AS orders FROM marts.action_facts WHERE user_id = $user AND on_day IS NOT NULL
GROUP BY on_day ORDER BY on_day DESC
