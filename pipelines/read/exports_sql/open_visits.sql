-- Orders that stand in a stage now, those furthest beyond its target on top; hours are of the time that the target is set in.
SELECT order_id, line_id, stage, stage_title, owner_department, held_by, exception_type, entered_at, started_at,
    round(elapsed_seconds / 3600.0, 2) AS elapsed_hours, round(working_seconds / 3600.0, 2) AS working_hours,
    round(target_seconds / 3600.0, 2) AS target_hours, target_is_working, round(beyond_seconds / 3600.0, 2) AS beyond_hours,
    customer_name, region, channel, department, net_amount
FROM selected_open ORDER BY beyond_seconds DESC NULLS LAST, elapsed_seconds DESC
