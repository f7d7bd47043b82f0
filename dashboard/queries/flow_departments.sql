-- Hand-overs between departments: how many, and the time from the last action of the one to the first of the other. Times are read from
-- bins one percent wide.
WITH hands AS (SELECT unnest(department_hands) AS hand FROM selected_cases),
counted AS (SELECT hand, count(*) AS n FROM hands GROUP BY hand),
running AS (
    SELECT hand >> 28 AS from_no, (hand >> 12) & 65535 AS to_no, hand & 4095 AS bin, n, sum(n) OVER (PARTITION BY hand >> 12 ORDER BY hand) AS upto,
        sum(n) OVER (PARTITION BY hand >> 12) AS total
    FROM counted
),
pairs AS (
    SELECT from_no, to_no, sum(n) AS hands, sum(n * (exp((bin - 0.5) / 100) - 1)) AS seconds,
        min(bin) FILTER (WHERE upto >= 0.5 * total) AS middle, min(bin) FILTER (WHERE upto >= 0.9 * total) AS late
    FROM running GROUP BY ALL
)
SELECT f.department AS from_department, t.department AS to_department, CAST(p.hands AS BIGINT) AS hands, round(p.seconds) AS total_seconds,
    round(exp((p.middle - 0.5) / 100) - 1) + 0.0 AS p50, round(exp((p.late - 0.5) / 100) - 1) + 0.0 AS p90
FROM pairs p JOIN marts.flow_departments f ON f.department_no = p.from_no JOIN marts.flow_departments t ON t.department_no = p.to_no
ORDER BY total_seconds DESC, from_department, to_department
