/* ---
title: No value of an order changes without a record
entity: orders
kind: direct_edit
severity: high
dimension: integrity
line_of_defence: 3
reach: order
needs: [order_changes.field, orders]
sentence: "{field} was {expected} and now is {observed}, and the change log knows nothing of it ({evidence})."
parameters:
  minimum: 20    # a field that the log names so often is one that it covers, where the profile does not say so itself
  rarely: 0.2    # unless more of the field's changes than this are not in the log
--- */
-- Two versions of the record differ in a field that the log covers, and the log has no change of it at all.
SELECT s.record_key, s.order_key, s.order_id, s.line_id, s.field, s.current AS observed, s.was AS expected, 0.9 AS confidence,
  'the record of ' || work.say_moment(s.known_at) || ' still said ' || s.was AS evidence, s.edited_by AS origin_user, s.edited_at AS origin_at
FROM work.silent_edits s
LEFT JOIN work.log_fields f ON f._system = s._system AND f.of_line = (s.line_id IS NOT NULL) AND f.field = s.field
LEFT JOIN meta.change_logs l ON l.system = s._system
WHERE s.entity = 'orders' AND NOT s.is_logged AND coalesce(s.known_at >= l.since, true)
  AND CASE WHEN l.fields IS NOT NULL THEN list_contains(l.fields, s.field)
           ELSE f.changes >= $minimum AND f.silent <= $rarely * (f.silent + f.changes) END
