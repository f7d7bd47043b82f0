-- Exceptions by the week in which they were raised (or resolved, where the beginning is unknown), and what became of them; weeks without
-- one in between as well. Weeks end with the day that the data reach to.
WITH raised AS (
    SELECT date_trunc('week', on_day)::DATE AS week, CASE WHEN beyond_target THEN 'beyond'
        WHEN resolved_at IS NOT NULL AND NOT beyond_target THEN 'within' ELSE 'undecided' END AS state
    FROM selected_exceptions WHERE on_day <= (SELECT CAST(timezone(reporting_zone, timezone('UTC', data_until)) AS DATE) FROM meta.now)
), weeks AS (SELECT unnest(generate_series(min(week), max(week), INTERVAL 7 DAYS))::DATE AS week FROM raised)
SELECT week, count(*) FILTER (WHERE state = 'within') AS within, count(*) FILTER (WHERE state = 'beyond') AS beyond,
    count(*) FILTER (WHERE state = 'undecided') AS undecided
FROM weeks LEFT JOIN raised USING (week) GROUP BY week ORDER BY week
