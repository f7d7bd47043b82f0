SELECT count(*) AS actions, count(*) FILTER (WHERE user_id IS NULL) AS unknown FROM marts.action_facts WHERE on_day BETWEEN $first AND $last
