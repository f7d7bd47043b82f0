-- Exceptions by the week in which they were raised (or resolved, where the beginning is unknown), and what became of them.
SELECT date_trunc('week', on_day)::DATE AS week, count(*) FILTER (WHERE resolved_at IS NOT NULL AND NOT beyond_target) AS within,
    count(*) FILTER (WHERE beyond_target) AS beyond, count(*) FILTER (WHERE beyond_target IS NULL OR (resolved_at IS NULL AND NOT beyond_target)) AS undecided
FROM selected_exceptions WHERE on_day IS NOT NULL GROUP BY week ORDER BY week
