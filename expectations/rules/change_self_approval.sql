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
SELECT record_key, order_key, order_id, line_id, field, approved_by AS observed, 1.0 AS confidence,
  approved_by AS origin_user, coalesce(approved_at, changed_at) AS origin_at, 'approval' AS origin_stage
FROM scope.order_changes
WHERE approved_by = coalesce(requested_by, changed_by)
