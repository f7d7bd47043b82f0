/* ---
title: "{entity}: {label} lies in the years of the data"
kind: out_of_range
severity: medium
dimension: validity
line_of_defence: 1
reach: record
checked: '"{column}" IS NOT NULL'
sentence: "{label} {{observed}} lies far from every other {label} of the data."
parameters: {years: 5}
--- */
-- Years counted from the middle of the data, so that data of any age is judged by itself.
WITH middle AS (SELECT quantile_disc("{column}", 0.5)::TIMESTAMP AS moment FROM core.{entity})
SELECT {identity}, '{column}' AS field, t."{column}"::VARCHAR AS observed, 1.0 AS confidence
FROM scope.{entity} t, middle
WHERE abs(date_diff('day', middle.moment, t."{column}"::TIMESTAMP)) > $years * 365
