-- Exceptions by type. Within target: of those that were resolved or are open beyond it; an open one within it is not decided yet.
-- Repeats: exceptions of a type that the same order had before.
WITH numbered AS (
    SELECT *, row_number() OVER (PARTITION BY order_key, type ORDER BY coalesce(raised_at, resolved_at), record_key) AS occurrence
    FROM selected_exceptions
)
SELECT type, count(*) AS exceptions, count(DISTINCT order_key) AS orders, count(resolve_seconds) AS timed,
    count(*) FILTER (WHERE resolve_seconds IS NOT NULL AND NOT beyond_target) AS within,
    count(*) FILTER (WHERE resolve_seconds IS NOT NULL OR (is_open AND beyond_target)) AS decided,
    within / nullif(decided, 0) AS within_target, count(*) FILTER (WHERE occurrence > 1) AS repeats, any_value(target_seconds) AS target
FROM numbered GROUP BY type ORDER BY exceptions DESC, type
