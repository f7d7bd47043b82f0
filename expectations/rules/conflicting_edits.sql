/* ---
title: Two users do not overwrite each other
entity: order_changes
kind: conflicting_edits
severity: medium
dimension: consistency
line_of_defence: 2
reach: order
needs: [order_changes.changed_by, order_changes.new_value]
sentence: "{field}: {evidence}."
parameters: {minutes: 60}
--- */
WITH chain AS (
  SELECT c.*, lag(changed_by) OVER one AS other, lag(new_value) OVER one AS other_value, lag(changed_at) OVER one AS other_at
  FROM scope.order_changes c WHERE coalesce(origin, 'log') = 'log'
  WINDOW one AS (PARTITION BY order_key, line_id, sub_key, field ORDER BY changed_at, seq NULLS FIRST, change_id)
)
SELECT record_key, order_key, order_id, line_id, field, new_value AS observed, other_value AS expected, 0.8 AS confidence,
  other || ' had set it to ' || coalesce(other_value, 'nothing') || ', ' || changed_by || ' set it to '
    || coalesce(new_value, 'nothing') || ' ' || date_diff('minute', other_at, changed_at) || ' minutes later' AS evidence,
  changed_by AS origin_user, changed_at AS origin_at
FROM chain
WHERE other <> changed_by AND changed_at <= other_at + to_minutes($minutes)
  AND new_value IS DISTINCT FROM other_value
QUALIFY row_number() OVER (PARTITION BY order_key, line_id, field ORDER BY changed_at, change_id) = 1
