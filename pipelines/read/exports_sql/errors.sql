-- Errors with their evidence, newest first.
SELECT order_id, line_id, field, type, evidence, found_at, found_by, found_stage, origin_stage, origin_user, origin_at, delay_days,
    cost, cost_is_assumed FROM selected_errors ORDER BY found_at DESC NULLS LAST, order_id
