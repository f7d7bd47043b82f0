-- Durations of one stage's visits in hours; an open visit is as long as it has lasted so far.
SELECT coalesce(sojourn_seconds, date_diff('second', entered_at, n.data_until)) / 3600.0 AS hours, outcome = 'completed' AS ended
FROM selected_stages CROSS JOIN meta.now n
WHERE stage = $stage AND outcome <> 'cancelled' AND entered_at IS NOT NULL
ORDER BY hash(order_key, line_key, visit_no) LIMIT 200000
