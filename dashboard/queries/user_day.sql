-- One user's day: actions, changes, exceptions raised, and errors that the log traces to this user's work of that day.
SELECT "at", 'action' AS what, activity AS text, order_id, line_id FROM marts.action_facts WHERE user_id = $user AND on_day = $day
UNION ALL
SELECT changed_at, 'change', field || ': ' || coalesce(old_value, '') || ' → ' || coalesce(new_value, ''), order_id, line_id
FROM marts.change_facts WHERE changed_by = $user AND changed_at::DATE = $day
UNION ALL
SELECT raised_at, 'exception', type, order_id, line_id FROM marts.exception_facts WHERE raised_by = $user AND on_day = $day
    AND raised_at IS NOT NULL
UNION ALL
SELECT origin_at, 'error', type, order_id, line_id FROM marts.error_facts WHERE origin_user = $user AND origin_at::DATE = $day
ORDER BY 1, order_id
