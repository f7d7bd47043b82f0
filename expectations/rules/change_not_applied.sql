/* ---
title: A change that was asked for and recorded reached the record
entity: order_changes
kind: change_not_applied
severity: high
dimension: integrity
line_of_defence: 3
reach: order
needs: [order_changes.new_value]
sentence: "{field} still is {observed}; the change to {expected} was asked for and recorded {evidence}, but never made."
parameters:
  follows: [net_amount, tax_amount, gross_amount, base_quantity, status]   # change with other fields; a log may name them now and then
  mostly: 0.5    # of these, of values that do not look alike, and of those that differ by one factor, nothing is said where more of
                 # the field's changes end elsewhere
  minimum: 10    # in so many records at least
--- */
-- The last change of the field carries a request, and the record still has the value from before it. With any other value
-- somebody changed it without a record, which is another matter (unlogged_change).
SELECT r.record_key, r.order_key, r.order_id, r.line_id, r.field, r.current AS observed, r.new_value AS expected,
  r.new_value AS suggested, 0.9 AS confidence, concat_ws(' ', work.say_when(r.changed_at), 'for ' || r.requested_by, '(' || r.request_id || ')') AS evidence,
  r.changed_by AS origin_user, r.changed_at AS origin_at
FROM work.replay r
LEFT JOIN work.log_fields f ON f._system = r._system AND f.of_line = (r.line_id IS NOT NULL) AND f.field = r.field
WHERE r.ends_elsewhere AND r.is_requested AND work.same_value(r.current, r.old_value)
  AND (coalesce(f.chains < $minimum OR f.elsewhere <= $mostly * f.chains, true)
    OR (NOT list_contains($follows, r.field) AND NOT coalesce(f.is_scaled, false) AND work.same_kind(r.current, r.new_value)))
