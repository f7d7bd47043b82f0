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
WITH middle AS (
  SELECT quarters[2]::TIMESTAMP AS moment, 4 * date_diff('day', quarters[1]::TIMESTAMP, quarters[3]::TIMESTAMP) AS days
  FROM (SELECT quantile_disc(t."{column}", [0.25, 0.5, 0.75]) AS quarters FROM core.{entity} t WHERE ({where}))
)
SELECT {identity}, '{column}' AS field, t."{column}"::VARCHAR AS observed, 1.0 AS confidence
FROM scope.{entity} t, middle
WHERE abs(date_diff('day', middle.moment, t."{column}"::TIMESTAMP)) > greatest($years * 365, middle.days) AND ({where})
