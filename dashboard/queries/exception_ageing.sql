-- Open exceptions by how long they have lasted, those beyond their target apart; 0: since an unknown time.
WITH open_now AS (
    SELECT date_diff('second', raised_at, n.data_until) AS seconds, beyond_target FROM selected_exceptions CROSS JOIN meta.now n WHERE is_open
)
SELECT CASE WHEN seconds IS NULL THEN 0 WHEN seconds < 86400 THEN 1 WHEN seconds < 2 * 86400 THEN 2 WHEN seconds < 5 * 86400 THEN 3
        WHEN seconds < 10 * 86400 THEN 4 WHEN seconds < 30 * 86400 THEN 5 ELSE 6 END AS bucket,
    count(*) AS exceptions, count(*) FILTER (WHERE beyond_target) AS beyond
FROM open_now GROUP BY bucket ORDER BY bucket
