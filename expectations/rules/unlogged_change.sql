/* ---
title: The current value is the one the change log ended with
entity: order_changes
kind: unlogged_change
severity: high
dimension: integrity
line_of_defence: 3
reach: order
needs: [order_changes.new_value]
sentence: "{field} now is {observed}, but the last recorded change had set it to {expected} ({evidence})."
parameters:
  follows: [net_amount, tax_amount, gross_amount, base_quantity, status]   # change with other fields; a log may name them now and then
  mostly: 0.5    # of these, of values that do not look alike, and of those that differ by one factor, nothing is said where more of
                 # the field's changes end elsewhere
  minimum: 10    # in so many records at least
--- */
-- Who did it is told by the version of the record that brought the value; else by the record's own last modification, where
-- that came after the last change and no other recorded change explains it.
WITH halts AS (
  SELECT r.*, s.edited_by, s.edited_at, coalesce(o.updated_by, l.updated_by) AS updated_by, coalesce(o.updated_at, l.updated_at) AS updated_at
  FROM work.replay r
  LEFT JOIN work.log_fields f ON f._system = r._system AND f.of_line = (r.line_id IS NOT NULL) AND f.field = r.field
  LEFT JOIN work.silent_edits s ON s.record_key = r.of_record AND s.field = r.field AND s.is_logged AND s.edited_at > r.changed_at
  LEFT JOIN core.orders o ON r.line_id IS NULL AND o.record_key = r.of_record
  LEFT JOIN core.order_lines l ON r.line_id IS NOT NULL AND l.record_key = r.of_record
  WHERE r.ends_elsewhere AND (coalesce(f.chains < $minimum OR f.elsewhere <= $mostly * f.chains, true)
      OR (NOT list_contains($follows, r.field) AND NOT coalesce(f.is_scaled, false) AND work.same_kind(r.current, r.new_value)))
    AND NOT (r.is_requested AND work.same_value(r.current, r.old_value))
), explained AS (
  SELECT DISTINCT h.record_key FROM halts h JOIN core.order_changes c USING (order_key)
  WHERE c.changed_at BETWEEN h.updated_at - INTERVAL 1 MINUTE AND h.updated_at + INTERVAL 1 MINUTE
)
SELECT h.record_key, h.order_key, h.order_id, h.line_id, h.field, h.current AS observed, h.new_value AS expected,
  0.9 AS confidence, work.say_when(h.changed_at) AS evidence,
  CASE WHEN h.edited_at IS NOT NULL THEN h.edited_by WHEN h.updated_at > h.changed_at AND e.record_key IS NULL THEN h.updated_by END AS origin_user,
  CASE WHEN h.edited_at IS NOT NULL THEN h.edited_at WHEN h.updated_at > h.changed_at AND e.record_key IS NULL THEN h.updated_at END AS origin_at
FROM halts h LEFT JOIN explained e USING (record_key)
