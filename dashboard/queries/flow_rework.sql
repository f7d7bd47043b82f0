-- What is done again in one case: by the same user (repeat), by another (redo), or by somebody unknown; where it came from, and the time
-- since the action before it.
WITH again AS (SELECT unnest(list_filter(steps, lambda step: (step >> 12) & 3 > 0)) AS step FROM selected_cases WHERE n_repeats > 0),
counted AS (
    SELECT (step >> 14) & 65535 AS to_no, step >> 30 AS from_no, count(*) AS n, count(*) FILTER (WHERE (step >> 12) & 3 = 1) AS repeats,
        count(*) FILTER (WHERE (step >> 12) & 3 = 2) AS redos, quantile_disc(step & 4095, 0.5) AS middle
    FROM again GROUP BY ALL
)
SELECT t.activity AS to_activity, f.activity AS from_activity, c.n, c.repeats, c.redos, c.n - c.repeats - c.redos AS unknown,
    round(exp((c.middle - 0.5) / 100) - 1) + 0.0 AS p50
FROM counted c JOIN marts.flow_activities t ON t.activity_no = c.to_no JOIN marts.flow_activities f ON f.activity_no = c.from_no
ORDER BY c.n DESC, to_activity, from_activity
