SELECT "at", activity, order_id, line_id, stage, outcome, is_repeat, repeat_kind FROM marts.action_facts
WHERE user_id = $user AND on_day = $day ORDER BY "at", order_id
