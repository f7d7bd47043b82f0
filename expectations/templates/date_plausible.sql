/* ---
title: "{entity_label}: {label} lies in the years of the data"
kind: out_of_range
severity: medium
dimension: validity
line_of_defence: 1
reach: record
checked: 't."{column}" IS NOT NULL AND ({where})'
sentence: "{label} {{observed}} lies far from every other {label} of the data."
takes: {column: time}
may_take: {years: number, where: condition}
parameters: {years: 5}
--- */
-- Years counted from the middle of the data, so that data of any age is judged by itself; a long history reaches farther: four times as
-- far as its middle half does.
-- Days are counted first: to order the moments of a long history takes three times as long.
WITH days AS (
  SELECT t."{column}"::DATE AS day, count(*) AS n FROM core.{entity} t WHERE t."{column}" IS NOT NULL AND ({where}) GROUP BY day
), counted AS (
  SELECT day, sum(n) OVER (ORDER BY day) AS until, sum(n) OVER () AS n FROM days
), middle AS (
  SELECT min(day) FILTER (until >= 0.5 * n)::TIMESTAMP AS moment,
    4 * date_diff('day', min(day) FILTER (until >= 0.25 * n), min(day) FILTER (until >= 0.75 * n)) AS days
  FROM counted
)
SELECT {identity}, '{column}' AS field, t."{column}"::VARCHAR AS observed, 1.0 AS confidence
FROM scope.{entity} t, middle
WHERE abs(date_diff('day', middle.moment, t."{column}"::TIMESTAMP)) > greatest($years * 365, middle.days) AND ({where})
