-- One user's day in the reporting zone: actions, changes, exceptions raised and resolved, errors that came in with this work, errors found.
WITH place AS (
    SELECT reporting_zone AS zone FROM meta.now
), marks AS (
    SELECT "at", 'action' AS what, activity AS text, order_id, line_id, NULL AS old_value, NULL AS new_value
    FROM marts.action_facts WHERE user_id = $user AND on_day = $day
    UNION ALL
    SELECT changed_at, 'change', field, order_id, line_id, old_value, new_value FROM marts.change_facts WHERE changed_by = $user
    UNION ALL
    SELECT raised_at, 'raised', type, order_id, line_id, NULL, NULL FROM marts.exception_facts WHERE raised_by = $user
    UNION ALL
    SELECT resolved_at, 'resolved', type, order_id, line_id, NULL, NULL FROM marts.exception_facts WHERE resolved_by = $user
    UNION ALL
    SELECT e.origin_at, 'introduced', e.type, e.order_id, e.line_id, c.wrong, c.corrected
    FROM marts.error_facts e LEFT JOIN marts.corrections c ON c.record_key = e.error_key WHERE e.origin_user = $user
    UNION ALL
    SELECT e.found_at, 'caught', e.type, e.order_id, e.line_id, c.wrong, c.corrected
    FROM marts.error_facts e LEFT JOIN marts.corrections c ON c.record_key = e.error_key WHERE e.found_by = $user
)
SELECT timezone(zone, timezone('UTC', "at")) AS "at", what, text, order_id, line_id, old_value, new_value
FROM marks, place WHERE timezone(zone, timezone('UTC', "at"))::DATE = $day ORDER BY "at", order_id, what
