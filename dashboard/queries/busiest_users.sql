-- People first, programs after them; the busiest on top.
SELECT user_id, count(*) AS actions FROM selected_actions WHERE user_id IS NOT NULL
GROUP BY user_id ORDER BY coalesce(bool_and(automatic), false), actions DESC, user_id
