-- The ways that cases take, the most frequent first: how many, how long from the first action to the last (median, 90 %; open cases
-- are left out of both), and how many of those old enough that their errors are known were wrong.
WITH taken AS (
    SELECT variant_no, count(*) AS cases, count(*) FILTER (WHERE is_open) AS open_cases,
        quantile_cont(seconds, [0.5, 0.9]) FILTER (WHERE is_open IS NOT TRUE) AS cuts,
        count(*) FILTER (WHERE is_mature AND has_error IS NOT NULL) AS known, count(*) FILTER (WHERE is_mature AND has_error) AS errors,
        count(*) FILTER (WHERE n_repeats > 0) AS with_repeats
    FROM selected_cases GROUP BY variant_no
)
SELECT t.variant_no, t.cases, t.cases / sum(t.cases) OVER () AS share,
    sum(t.cases) OVER (ORDER BY t.cases DESC, t.variant_no) / sum(t.cases) OVER () AS share_so_far, t.open_cases,
    t.cuts[1] AS p50, t.cuts[2] AS p90, t.errors, t.known, t.with_repeats, v.activities AS path
FROM taken t JOIN marts.flow_variants v USING (variant_no)
ORDER BY t.cases DESC, t.variant_no LIMIT $most
