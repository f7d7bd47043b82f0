SELECT type, count(*) AS exceptions, count(DISTINCT order_key) AS orders, count(*) FILTER (WHERE is_open) AS open,
    count(*) FILTER (WHERE is_open AND beyond_target) AS open_beyond_target,
    count(*) FILTER (WHERE resolve_seconds IS NOT NULL) AS timed,
    quantile_cont(resolve_seconds, 0.1) AS p10, quantile_cont(resolve_seconds, 0.25) AS p25, median(resolve_seconds) AS p50,
    quantile_cont(resolve_seconds, 0.75) AS p75, quantile_cont(resolve_seconds, 0.9) AS p90,
    count(*) FILTER (WHERE NOT beyond_target) / nullif(count(beyond_target), 0) AS within_target
FROM selected_exceptions GROUP BY type ORDER BY exceptions DESC, type
