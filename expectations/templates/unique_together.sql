/* ---
title: "{entity_label}: {columns_label} are unique together"
kind: duplicate_record
severity: medium
dimension: uniqueness
line_of_defence: 1
reach: table
checked: '{columns_given} AND ({where})'
sentence: "The values {{observed}} of {columns_label} occur {{evidence}} times."
takes: {columns: columns}
may_take: {where: condition}
--- */
-- A record in which one of the columns is empty is like no other.
WITH twice AS (
  SELECT t._system, {columns_of_t}, count(*) AS n FROM core.{entity} t WHERE {columns_given} AND ({where})
  GROUP BY ALL HAVING n > 1
)
SELECT {identity}, '{column}' AS field, concat_ws(', ', {columns_of_t}) AS observed, twice.n::VARCHAR AS evidence,
  1.0 AS confidence
FROM scope.{entity} t JOIN twice USING (_system, {columns_quoted})
WHERE ({where})
