-- From a request to its approval, from the approval to the change, from the request to the change: seconds (three figures), how it
-- ended (1: reached; 2: made without approval, or the order was cancelled; 0: still open at the data end), and how many.
-- What was approved only after it was made counts as made without approval, and has no time from approval to change.
WITH changes AS (
    SELECT requested_at, approved_at, changed_at, cancelled_at, n.data_until AS until, coalesce(approved_at > changed_at, false) AS is_late
    FROM selected_changes c LEFT JOIN (SELECT order_key, cancelled_at FROM core.orders WHERE cancelled_at IS NOT NULL) o USING (order_key)
    CROSS JOIN meta.now n
),
steps AS (
    SELECT 'approval' AS step, requested_at AS since, CASE WHEN NOT is_late THEN approved_at END AS reached, least(changed_at, cancelled_at) AS ended, until
    FROM changes WHERE requested_at IS NOT NULL
    UNION ALL SELECT 'application', approved_at, changed_at, cancelled_at, until FROM changes WHERE approved_at IS NOT NULL AND NOT is_late
    UNION ALL SELECT 'whole', requested_at, changed_at, cancelled_at, until FROM changes WHERE requested_at IS NOT NULL
),
timed AS (
    SELECT step, CASE WHEN reached IS NOT NULL THEN 1 WHEN ended IS NOT NULL THEN 2 ELSE 0 END AS outcome,
        date_diff('second', since, coalesce(reached, ended, until)) AS seconds
    FROM steps
)
SELECT step, outcome, CASE WHEN seconds < 1000 THEN seconds ELSE round(seconds, 2 - floor(log10(seconds))::INT) END::DOUBLE AS seconds, count(*) AS changes
FROM timed WHERE seconds >= 0 GROUP BY ALL ORDER BY step, seconds, outcome
