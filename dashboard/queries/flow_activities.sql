-- Every activity of the selected cases: how often, in how many cases, how often first and last, and where in the path it usually stands.
WITH taken AS (SELECT variant_no, count(*) AS n FROM selected_cases GROUP BY variant_no),
placed AS (
    SELECT t.variant_no, t.n, len(v.activities) AS length, unnest(v.activities) AS activity_no, generate_subscripts(v.activities, 1) AS place
    FROM taken t JOIN marts.flow_variants v USING (variant_no)
),
once AS (
    SELECT activity_no, variant_no, any_value(n) AS n, count(*) AS times, min(place) AS place, bool_or(place = 1) AS is_first,
        bool_or(place = length) AS is_last
    FROM placed GROUP BY ALL
)
SELECT a.activity, m.stage, s.title AS stage_title, m.stage_no, CAST(sum(o.n * o.times) AS BIGINT) AS actions, CAST(sum(o.n) AS BIGINT) AS cases,
    CAST(coalesce(sum(o.n) FILTER (WHERE o.is_first), 0) AS BIGINT) AS first_of,
    CAST(coalesce(sum(o.n) FILTER (WHERE o.is_last), 0) AS BIGINT) AS last_of, sum(o.n * o.place) / sum(o.n) AS place
FROM once o JOIN marts.flow_activities a USING (activity_no)
LEFT JOIN meta.activities m ON m.activity_key = lower(a.activity)
LEFT JOIN meta.stages s ON s.stage = m.stage
GROUP BY ALL ORDER BY place, activity
