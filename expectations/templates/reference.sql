/* ---
title: "{entity_label}: {label} points at a known record"
kind: unknown_reference
severity: medium
dimension: integrity
line_of_defence: 1
reach: reference
checked: 't."{column}" IS NOT NULL AND ({where})'
sentence: "{label} {{observed}} is not among the {target_label}."
takes: {column: reference}
may_take: {where: condition}
--- */
-- First the references that lead nowhere, by numbers in place of texts; then, where there are any, the records that have them. Most lead
-- to the records of the same orders: all of history is asked for the others only.
WITH elsewhere AS MATERIALIZED (
  SELECT DISTINCT reference FROM (
    SELECT hash(t._system, t."{column}") AS reference FROM scope.{entity} t
    WHERE t."{column}" IS NOT NULL AND t._system IS NOT NULL AND ({where})
  ) ANTI JOIN (SELECT hash(k._system, k."{target_key}") AS reference FROM scope.{target} k) USING (reference)
), known AS (
  SELECT DISTINCT hash(k._system, k."{target_key}") AS reference FROM core.{target} k
  WHERE hash(k._system, k."{target_key}") IN (SELECT DISTINCT reference FROM elsewhere)
), nowhere AS (
  FROM elsewhere ANTI JOIN known USING (reference)
)
SELECT {identity}, '{column}' AS field, t."{column}" AS observed, 1.0 AS confidence
FROM scope.{entity} t
WHERE hash(t._system, t."{column}") IN (FROM nowhere) AND t."{column}" IS NOT NULL AND t._system IS NOT NULL AND ({where})
