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
-- Years counted from the middle of the data, so that data of any age is judged by itself.
WITH middle AS (SELECT quantile_disc(t."{column}", 0.5)::TIMESTAMP AS moment FROM core.{entity} t WHERE ({where}))
SELECT {identity}, '{column}' AS field, t."{column}"::VARCHAR AS observed, 1.0 AS confidence
FROM scope.{entity} t, middle
WHERE abs(date_diff('day', middle.moment, t."{column}"::TIMESTAMP)) > $years * 365 AND ({where})
