-- The days that working time is needed for. A mistyped year must not make a table of centuries: thirty years are enough.
WITH moments AS (
  SELECT min("at") AS first, max("at") AS last FROM core.user_actions
  UNION ALL SELECT min(ordered_at), max(ordered_at) FROM core.orders
)
SELECT greatest(min(first), any_value(data_until) - INTERVAL 30 YEAR)::DATE AS first_day,
  greatest(any_value(data_until), least(max(last), any_value(data_until) + INTERVAL 1 YEAR))::DATE AS last_day
FROM moments, meta.now
