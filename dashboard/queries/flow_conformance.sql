-- Each constraint on the selected cases: how often it came into play, how often and in how many cases it was broken. What is still to
-- come on a case that is open or was cancelled is not held against it. Of four eyes, `untold` counts where one user is unknown.
WITH taken AS (
    SELECT variant_no, count(*) AS n, count(*) FILTER (WHERE is_open IS NOT TRUE AND NOT is_cancelled) AS ended FROM selected_cases GROUP BY variant_no
),
counted AS (
    SELECT k.constraint_no, sum(k.activations * t.n - k.unfinished * (t.n - t.ended)) AS activations,
        sum(k.broken * t.n + k.unfinished * t.ended) AS violated,
        sum(CASE WHEN k.broken > 0 THEN t.n WHEN k.unfinished > 0 THEN t.ended ELSE 0 END) AS cases, 0 AS untold
    FROM taken t JOIN marts.flow_checks k USING (variant_no) GROUP BY k.constraint_no
    UNION ALL
    SELECT 1000000 + (eye >> 20), count(*) FILTER (WHERE eye & 3 < 3), count(*) FILTER (WHERE eye & 3 = 2), count(*) FILTER (WHERE eye & 3 = 2),
        count(*) FILTER (WHERE eye & 3 = 3)
    FROM (SELECT unnest(eyes) AS eye FROM selected_cases WHERE eyes IS NOT NULL) GROUP BY 1
)
SELECT c.constraint_no, c.template, c.first_title, c.second_title, c.is_configured, CAST(k.activations AS BIGINT) AS activations,
    CAST(k.violated AS BIGINT) AS violated, k.violated / k.activations AS share, CAST(k.cases AS BIGINT) AS cases, CAST(k.untold AS BIGINT) AS untold
FROM counted k JOIN marts.flow_constraints c USING (constraint_no)
WHERE k.activations > 0 OR k.untold > 0
ORDER BY c.is_configured DESC, k.violated DESC, c.template, c.first_title, c.second_title
