-- Open visits by how long they have lasted.
WITH open_visits AS (
    SELECT s.*, date_diff('second', entered_at, n.data_until) AS seconds FROM selected_stages s CROSS JOIN meta.now n WHERE is_open
)
SELECT CASE WHEN seconds < 86400 THEN 1 WHEN seconds < 2 * 86400 THEN 2 WHEN seconds < 5 * 86400 THEN 3
        WHEN seconds < 10 * 86400 THEN 4 WHEN seconds < 30 * 86400 THEN 5 ELSE 6 END AS bucket,
    count(*) AS visits, count(*) FILTER (WHERE seconds > target_seconds) AS past_target
FROM open_visits WHERE seconds >= 0 GROUP BY bucket ORDER BY bucket
