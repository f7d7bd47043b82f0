/* ---
title: Nobody approves a change of their own
entity: order_changes
kind: self_approval
severity: high
dimension: validity
line_of_defence: 2
reach: record
needs: [order_changes.approved_by, order_changes.changed_by]
checked: "approved_by IS NOT NULL"
sentence: "{observed} asked for the change of {field} and approved it."
--- */
-- Who asked for a change is named, or it is who made it and the one for whom it was made. A program that approves what a
-- program did is no person.
SELECT c.record_key, c.order_key, c.order_id, c.line_id, c.field, c.approved_by AS observed, 1.0 AS confidence,
  c.approved_by AS origin_user, coalesce(c.approved_at, c.changed_at) AS origin_at, 'approval' AS origin_stage
FROM scope.order_changes c
LEFT JOIN core.users u ON u._system = c._system AND u.user_id = c.approved_by
WHERE CASE WHEN c.requested_by IS NOT NULL THEN c.approved_by = c.requested_by
           ELSE c.approved_by IN (c.changed_by, c.on_behalf_of) END
  AND NOT coalesce(u.automatic, false)
