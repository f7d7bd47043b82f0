-- Open visits by how long they have lasted, in $clock time with days of $day_length seconds; past_target in the target's own time.
WITH ages AS (
    SELECT CASE WHEN $clock = 'working' THEN coalesce(working_seconds, elapsed_seconds) ELSE elapsed_seconds END / $day_length AS days, beyond_seconds
    FROM selected_open
)
SELECT CASE WHEN days < 1 THEN 1 WHEN days < 2 THEN 2 WHEN days < 5 THEN 3 WHEN days < 10 THEN 4 WHEN days < 30 THEN 5 ELSE 6 END AS bucket,
    count(*) AS visits, count(*) FILTER (WHERE beyond_seconds > 0) AS past_target
FROM ages GROUP BY bucket ORDER BY bucket
