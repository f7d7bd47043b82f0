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
-- Distinct values first: there are far fewer values than records.
WITH unknown AS (
  SELECT DISTINCT t."{column}" AS value, t._system FROM scope.{entity} t WHERE t."{column}" IS NOT NULL AND ({where})
  EXCEPT SELECT "{target_key}", _system FROM core.{target}
)
SELECT {identity}, '{column}' AS field, t."{column}" AS observed, 1.0 AS confidence
FROM scope.{entity} t
JOIN unknown u ON u.value = t."{column}" AND u._system = t._system
WHERE ({where})
