-- Open visits, those furthest beyond their target on top; at most 500. $stage: one stage, or '' for all. Days are of $day_length seconds;
-- targets and what is beyond them are in days of their own time ($working_day seconds where they are set in working time).
SELECT order_id, line_id, stage_title AS stage, owner_department AS department, held_by, exception_type, entered_at,
    round(CASE WHEN $clock = 'working' THEN coalesce(working_seconds, elapsed_seconds) ELSE elapsed_seconds END / $day_length, 1) AS days,
    round(target_seconds / CASE WHEN target_is_working THEN $working_day ELSE 86400 END, 2) AS target_days,
    round(beyond_seconds / CASE WHEN target_is_working THEN $working_day ELSE 86400 END, 1) AS beyond_days, customer_name, net_amount
FROM selected_open WHERE $stage = '' OR stage = $stage
ORDER BY beyond_seconds DESC NULLS LAST, elapsed_seconds DESC LIMIT 500
