/* ---
title: "{entity_label}: {name}"
kind: invalid_value
severity: medium
dimension: validity
line_of_defence: 1
reach: record
checked: '({where})'
sentence: "{name}"
takes: {fails_when: condition}
may_take: {field: column, where: condition, observed: expression, expected: expression, suggested: expression,
  evidence: expression, confidence: share, parameters: parameters}
--- */
SELECT {identity}, {field} AS field, ({observed})::VARCHAR AS observed, ({expected})::VARCHAR AS expected,
  ({suggested})::VARCHAR AS suggested, ({evidence})::VARCHAR AS evidence, {confidence} AS confidence
FROM scope.{entity} t
WHERE ({where})
  AND ({fails_when})
