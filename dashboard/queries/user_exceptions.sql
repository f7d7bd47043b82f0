-- Exceptions that this user resolved, by type, with the time they took beside that of all people for the same type; those open now and owned by the user.
WITH place AS (
    SELECT reporting_zone AS zone, exception_target_hours AS target FROM meta.now
), resolved AS (
    SELECT type, count(*) AS everybody, avg((resolve_seconds <= 3600 * target)::INTEGER) AS usual_within,
        median(resolve_seconds) / 3600 AS usual_hours,
        count(*) FILTER (resolved_by = $user) AS resolved, count(resolve_seconds) FILTER (resolved_by = $user) AS timed,
        count(*) FILTER (resolved_by = $user AND resolve_seconds <= 3600 * target) AS within,
        median(resolve_seconds) FILTER (resolved_by = $user) / 3600 AS resolve_hours
    FROM marts.exception_facts, place
    WHERE resolved_at IS NOT NULL AND timezone(zone, timezone('UTC', resolved_at))::DATE BETWEEN $first AND $last GROUP BY type
), waiting AS (
    SELECT type, count(*) AS open FROM marts.exception_facts WHERE owner = $user AND is_open GROUP BY type
)
SELECT type, coalesce(resolved, 0) AS resolved, timed, within AS within_target, timed * usual_within AS within_expected, resolve_hours, usual_hours,
    coalesce(open, 0) AS open
FROM resolved FULL JOIN waiting USING (type) WHERE coalesce(resolved, 0) + coalesce(open, 0) > 0 ORDER BY resolved DESC, type
