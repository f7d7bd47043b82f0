/* ---
title: Every change begins where the last one ended
entity: order_changes
kind: broken_chain
severity: medium
dimension: integrity
line_of_defence: 3
reach: order
needs: [order_changes.old_value, order_changes.new_value]
sentence: "The change says that {field} was {observed}, but the change before had left it at {expected}."
--- */
WITH chain AS (
  SELECT c.*, lag(new_value) OVER one AS left_at, lag(record_key) OVER one AS previous
  FROM scope.order_changes c WHERE coalesce(origin, 'log') = 'log'
  WINDOW one AS (PARTITION BY order_key, line_id, sub_key, field ORDER BY changed_at, seq NULLS FIRST, change_id)
)
SELECT record_key, order_key, order_id, line_id, field, old_value AS observed, left_at AS expected, 0.9 AS confidence,
  'change before: ' || previous AS evidence
FROM chain
WHERE previous IS NOT NULL AND nullif(old_value, '') IS DISTINCT FROM nullif(left_at, '')
  AND coalesce(TRY_CAST(old_value AS DOUBLE) IS DISTINCT FROM TRY_CAST(left_at AS DOUBLE)
               OR TRY_CAST(old_value AS DOUBLE) IS NULL, true)
  AND coalesce(TRY_CAST(old_value AS TIMESTAMP) <> TRY_CAST(left_at AS TIMESTAMP), true)
