-- The directly-follows graph: how often an action came right after another of the same case, how often it was done again there, and the
-- time between them. Median and 90 % are read from bins one percent wide.
WITH steps AS (SELECT unnest(steps) AS step FROM selected_cases),
counted AS (SELECT step, count(*) AS n FROM steps GROUP BY step),
binned AS (
    SELECT step >> 30 AS from_no, (step >> 14) & 65535 AS to_no, step & 4095 AS bin, sum(n) AS n,
        sum(n) FILTER (WHERE (step >> 12) & 3 > 0) AS again
    FROM counted GROUP BY ALL
),
running AS (
    SELECT *, sum(n) OVER so_far AS upto, sum(n) OVER (PARTITION BY from_no, to_no) AS total
    FROM binned WINDOW so_far AS (PARTITION BY from_no, to_no ORDER BY bin)
),
edges AS (
    SELECT from_no, to_no, sum(n) AS steps, coalesce(sum(again), 0) AS again, sum(n * (exp((bin - 0.5) / 100) - 1)) AS seconds,
        min(bin) FILTER (WHERE upto >= 0.5 * total) AS middle, min(bin) FILTER (WHERE upto >= 0.9 * total) AS late
    FROM running GROUP BY ALL
)
SELECT f.activity AS from_activity, t.activity AS to_activity, CAST(e.steps AS BIGINT) AS steps, CAST(e.again AS BIGINT) AS again,
    round(exp((middle - 0.5) / 100) - 1) + 0.0 AS p50, round(exp((late - 0.5) / 100) - 1) + 0.0 AS p90, round(seconds) AS total_seconds
FROM edges e JOIN marts.flow_activities f ON f.activity_no = e.from_no JOIN marts.flow_activities t ON t.activity_no = e.to_no
ORDER BY steps DESC, from_activity, to_activity
