-- What is open now by type, and how much of it beyond its target. Pages ask it of orders of any age: a state of today knows no period.
SELECT type, count(*) AS open, count(*) FILTER (WHERE beyond_target) AS open_beyond_target, any_value(target_seconds) AS target
FROM selected_exceptions WHERE is_open GROUP BY type ORDER BY open_beyond_target DESC, open DESC, type
