SELECT s.order_id, s.line_id, s.stage_title AS stage, s.department, s.entered_at,
    round(date_diff('second', s.entered_at, n.data_until) / 86400.0, 1) AS days, round(s.target_seconds / 86400.0, 2) AS target_days, o.customer_name,
    o.net_amount
FROM selected_stages s JOIN selected_orders o USING (order_key) CROSS JOIN meta.now n
WHERE s.is_open AND date_diff('second', s.entered_at, n.data_until) > coalesce(s.target_seconds, 0)
ORDER BY days - coalesce(target_days, 0) DESC LIMIT 500
