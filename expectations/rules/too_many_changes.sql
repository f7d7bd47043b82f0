/* ---
title: A field is not changed again and again
entity: order_changes
kind: too_many_changes
severity: low
dimension: accuracy
line_of_defence: 3
reach: order
needs: [order_changes.changed_at]
sentence: "{field} was changed {observed} times ({evidence}); hardly any order has it changed more than {expected} times."
parameters: {more_than: 4}   # at least 3; a field that all but one in twenty have changed up to a higher number of times is measured by that
--- */
SELECT r.record_key, r.order_key, r.order_id, r.line_id, r.field, r.change_no::VARCHAR AS observed,
  greatest($more_than, f.usual_changes)::VARCHAR AS expected, 0.8 AS confidence, 'the last one ' || work.say_when(r.changed_at) AS evidence,
  r.changed_by AS origin_user, r.changed_at AS origin_at
FROM work.replay r
LEFT JOIN work.log_fields f ON f._system = r._system AND f.of_line = (r.line_id IS NOT NULL) AND f.field = r.field
WHERE r.is_last AND r.change_no > greatest($more_than, f.usual_changes)
