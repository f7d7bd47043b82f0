/* ---
title: Every change begins where the last one ended
entity: order_changes
kind: broken_chain
severity: medium
dimension: integrity
line_of_defence: 3
reach: order
needs: [order_changes.old_value, order_changes.new_value]
sentence: "The change says that {field} was {observed}, but {evidence} {expected}."
parameters:
  mostly: 0.5    # values that do not look alike, in a log in which more of the field's changes begin elsewhere, are the same
  minimum: 10    # value written in two ways; judged from so many changes on
--- */
-- Whoever changed the value in between left no record, and stays unknown.
WITH halts AS (
  SELECT *, left_at AS before, 'the change before (' || previous_key || ', ' || work.say_moment(previous_at) || ') had left it at' AS told
  FROM work.replay WHERE breaks
  UNION ALL
  SELECT *, entered_as, 'the record of ' || work.say_moment(entered_at) || ' says' FROM work.replay WHERE entered_as IS NOT NULL
)
SELECT h.record_key, h.order_key, h.order_id, h.line_id, h.field, h.old_value AS observed, h.before AS expected,
  0.9 AS confidence, h.told AS evidence
FROM halts h
LEFT JOIN work.log_fields f ON f._system = h._system AND f.of_line = (h.line_id IS NOT NULL) AND f.field = h.field
WHERE coalesce(f.followed < $minimum OR f.broken <= $mostly * f.followed, true) OR work.same_kind(h.old_value, h.before)
