-- Work of this user that somebody else did again on the same order (and line), newest first; and values of this user that were corrected later.
WITH place AS (
    SELECT reporting_zone AS zone FROM meta.now
), again AS MATERIALIZED (
    SELECT order_key, line_key, order_id, line_id, activity, action_no, "at", user_id, repeat_kind FROM marts.action_facts WHERE is_repeat
), redo AS (
    SELECT again.* FROM again, place WHERE repeat_kind = 'redo' AND timezone(zone, timezone('UTC', "at"))::DATE BETWEEN $first AND $last
), own_acts AS (
    SELECT order_key, line_key, activity, action_no FROM marts.action_facts WHERE user_id = $user
), done_again AS (
    -- The user's act is the one done again where nobody else did it in between.
    SELECT DISTINCT r.order_id, r.line_id, r.activity AS text, r."at", r.user_id AS who
    FROM redo r JOIN own_acts p ON p.order_key = r.order_key AND p.activity = r.activity
    WHERE p.line_key IS NOT DISTINCT FROM r.line_key AND p.action_no < r.action_no AND NOT EXISTS (
        FROM again b WHERE b.user_id IS DISTINCT FROM $user AND b.order_key = r.order_key AND b.activity = r.activity AND b.line_key IS NOT DISTINCT FROM r.line_key
            AND b.action_no > p.action_no AND b.action_no < r.action_no)
)
SELECT timezone(zone, timezone('UTC', "at")) AS "at", 'done again' AS what, order_id, line_id, text, NULL AS old_value, NULL AS new_value, who
FROM done_again, place
UNION ALL
SELECT timezone(zone, timezone('UTC', c.changed_at)), 'corrected', c.order_id, c.line_id, c.field, c.wrong, c.corrected, c.changed_by
FROM marts.corrections c, place
WHERE c.changed_by IS DISTINCT FROM $user AND CASE WHEN c.is_of_entry
        THEN c.order_key IN (SELECT order_key FROM marts.order_facts WHERE entered_by = $user) ELSE c.brought_user = $user END
    AND timezone(zone, timezone('UTC', c.changed_at))::DATE BETWEEN $first AND $last
ORDER BY 1 DESC, order_id LIMIT 500
