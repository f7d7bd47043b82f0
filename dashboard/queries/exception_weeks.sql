SELECT date_trunc('week', on_day)::DATE AS week, count(*) AS exceptions FROM selected_exceptions WHERE on_day IS NOT NULL GROUP BY ALL ORDER BY week
