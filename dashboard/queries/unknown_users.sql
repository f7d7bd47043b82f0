SELECT count(*) AS actions, count(*) FILTER (WHERE user_id IS NULL) AS unknown FROM selected_actions
