-- Who did anything in the period: people first, programs after them; the busiest on top.
SELECT user_id, count(*) AS actions FROM marts.action_facts WHERE user_id IS NOT NULL AND on_day BETWEEN $first AND $last
GROUP BY user_id ORDER BY coalesce(bool_and(automatic), false), actions DESC, user_id
