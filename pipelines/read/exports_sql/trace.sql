-- Every action, in the order in which it happened.
SELECT order_id, line_id, "at", activity, stage, user_id, role, department, automatic, outcome, seconds_since_previous, is_repeat, repeat_kind
FROM selected_actions ORDER BY "at", order_id, action_no
