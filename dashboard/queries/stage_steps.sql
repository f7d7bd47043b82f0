-- Visits by stage, outcome and step of their duration (marts.duration_step), in $clock time. late_visits lasted longer than the
-- target of their stage, in the target's own time; late_seconds is known for open visits, as the excess at the end of the data.
WITH ended AS (
    SELECT marts.duration_code(visit, $clock) AS code, count(*) AS visits
    FROM (SELECT unnest(visits) AS visit FROM selected_visits) GROUP BY code
),
still_open AS (
    SELECT stage_no, marts.duration_step(CASE WHEN $clock = 'working' THEN working_seconds ELSE elapsed_seconds END) AS step, beyond_seconds
    FROM selected_open
)
SELECT CAST(code // 2048 AS INTEGER) AS stage_no, CASE WHEN code // 1024 % 2 = 1 THEN 'cancelled' ELSE 'completed' END AS outcome,
    CAST(code % 512 AS INTEGER) AS step, CAST(sum(visits) AS BIGINT) AS visits,
    CAST(coalesce(sum(visits) FILTER (WHERE code // 512 % 2 = 1), 0) AS BIGINT) AS late_visits, NULL AS late_seconds
FROM ended WHERE code % 512 < 511 GROUP BY ALL
UNION ALL
SELECT stage_no, 'open', step, count(*), count(*) FILTER (WHERE beyond_seconds > 0), sum(beyond_seconds) FILTER (WHERE beyond_seconds > 0)
FROM still_open WHERE step IS NOT NULL GROUP BY ALL
ORDER BY ALL
