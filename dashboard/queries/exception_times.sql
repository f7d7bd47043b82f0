-- How long exceptions last by type: seconds (three figures), outcome (1: resolved; 2: the order was cancelled first; 0: open at the data
-- end, counted with its age), and how many. An unknown beginning or end (a line rejected at an unknown time) is counted elsewhere, not timed.
WITH timed AS (
    SELECT type, CASE WHEN resolved_at IS NOT NULL THEN 1 WHEN is_open THEN 0 ELSE 2 END AS outcome,
        date_diff('second', raised_at, CASE WHEN is_open THEN n.data_until ELSE coalesce(resolved_at, o.cancelled_at) END) AS seconds
    FROM selected_exceptions e LEFT JOIN (SELECT order_key, cancelled_at FROM core.orders WHERE cancelled_at IS NOT NULL) o USING (order_key)
    CROSS JOIN meta.now n WHERE raised_at IS NOT NULL
)
SELECT type, outcome, CASE WHEN seconds < 1000 THEN seconds ELSE round(seconds, 2 - floor(log10(seconds))::INT) END::DOUBLE AS seconds, count(*) AS exceptions
FROM timed WHERE seconds >= 0 GROUP BY ALL ORDER BY type, seconds, outcome
