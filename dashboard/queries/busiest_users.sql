SELECT user_id, count(*) AS actions FROM selected_actions WHERE user_id IS NOT NULL GROUP BY user_id ORDER BY actions DESC
