-- Orders that came to each stage and left it, by $unit, and those in it at the end of each, of the selected orders.
-- The visits of one stage that began and ended on the same days are counted first (of their numbers only the bits of these are kept):
-- these are few, the visits are many.
WITH same_days AS MATERIALIZED (
    SELECT ((visit >> 52) << 52) | (visit & 4294967295) AS visit, count(*) AS n FROM (SELECT unnest(visits) AS visit FROM selected_visits) GROUP BY ALL
),
moves AS (
    SELECT marts.arrival_code(visit) AS code, n AS arrivals, 0 AS departures FROM same_days
    UNION ALL
    SELECT marts.departure_code(visit), 0, n FROM same_days WHERE (visit & 65535) < 65535
),
spans AS (
    SELECT CAST(code // 65536 AS INTEGER) AS stage_no, CAST(date_trunc($unit, DATE '1970-01-01' + CAST(code % 65536 AS INTEGER)) AS DATE) AS span,
        sum(arrivals) AS arrivals, sum(departures) AS departures
    FROM moves GROUP BY ALL
),
every_span AS (
    SELECT stage_no, CAST(unnest(generate_series(min(span), (SELECT max(span) FROM spans),
        CASE WHEN $unit = 'day' THEN INTERVAL 1 DAY ELSE INTERVAL 7 DAY END)) AS DATE) AS span
    FROM spans GROUP BY stage_no
)
SELECT m.stage, m.title AS stage_title, stage_no, span, CAST(coalesce(arrivals, 0) AS BIGINT) AS arrivals,
    CAST(coalesce(departures, 0) AS BIGINT) AS departures,
    CAST(sum(coalesce(arrivals, 0) - coalesce(departures, 0)) OVER (PARTITION BY stage_no ORDER BY span) AS BIGINT) AS in_stage
FROM every_span LEFT JOIN spans USING (stage_no, span) JOIN meta.stages m USING (stage_no) ORDER BY stage_no, span
