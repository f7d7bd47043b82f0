/* ---
title: "{entity}: {label} points at a known record"
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
-- First the references that lead nowhere, by two columns; then, where there are any, the records that have them.
WITH nowhere AS (
  SELECT DISTINCT t._system, t."{column}" AS value FROM scope.{entity} t
  ANTI JOIN core.{target} k ON k."{target_key}" = t."{column}" AND k._system = t._system
  WHERE t."{column}" IS NOT NULL AND t._system IS NOT NULL AND ({where})
)
SELECT {identity}, '{column}' AS field, t."{column}" AS observed, 1.0 AS confidence
FROM scope.{entity} t SEMI JOIN nowhere n ON n.value = t."{column}" AND n._system = t._system
WHERE ({where})
