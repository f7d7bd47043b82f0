SELECT stage, stage_title, any_value(department) AS department, min(stage_no) AS stage_no,
    count(*) FILTER (WHERE outcome = 'completed') AS completed, count(*) FILTER (WHERE is_open) AS open,
    quantile_cont(sojourn_seconds, 0.1) AS p10, quantile_cont(sojourn_seconds, 0.25) AS p25, median(sojourn_seconds) AS p50,
    quantile_cont(sojourn_seconds, 0.75) AS p75, quantile_cont(sojourn_seconds, 0.9) AS p90, any_value(target_seconds) AS target,
    count(*) FILTER (WHERE sojourn_seconds > target_seconds OR (is_open AND date_diff('second', entered_at, n.data_until) > target_seconds))
        / nullif(count(*) FILTER (WHERE outcome <> 'cancelled' AND target_seconds IS NOT NULL), 0) AS past_target,
    coalesce(sum(greatest(0, coalesce(sojourn_seconds, date_diff('second', entered_at, n.data_until)) - target_seconds))
        FILTER (WHERE outcome <> 'cancelled'), 0) AS delay_seconds
FROM selected_stages CROSS JOIN meta.now n
GROUP BY ALL ORDER BY stage_no
