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
parameters: {minutes: 60}   # at most 240: what lies further apart is not looked at
--- */
-- The second change is no conflict where it answers the first: one user approved, or asked for, what the other did, both
-- acted on the same request or for the same person, or the customer changed his mind. Programs overwrite nobody.
WITH programs AS (
  SELECT _system, user_id FROM core.users WHERE automatic
)
SELECT r.record_key, r.order_key, r.order_id, r.line_id, r.field, r.new_value AS observed, r.left_at AS expected, 0.8 AS confidence,
  r.previous_by || ' had set it to ' || coalesce(r.left_at, 'nothing') || ', ' || r.changed_by || ' set it to '
    || coalesce(r.new_value, 'nothing') || ', ' || work.say_span(date_diff('second', r.previous_at, r.changed_at)) || ' later' AS evidence,
  r.changed_by AS origin_user, r.changed_at AS origin_at
FROM work.replay r
ANTI JOIN (SELECT record_key FROM scope.change_facts WHERE customer_initiated) f USING (record_key)
ANTI JOIN programs p ON p._system = r._system AND p.user_id IN (r.changed_by, r.previous_by)
WHERE r.follows_another AND r.changed_at <= r.previous_at + to_minutes($minutes) AND NOT work.same_value(r.new_value, r.left_at)
  AND r.previous_by NOT IN (coalesce(r.approved_by, ''), coalesce(r.requested_by, ''), coalesce(r.on_behalf_of, ''))
  AND r.changed_by NOT IN (coalesce(r.previous_approver, ''), coalesce(r.previous_for, ''))
  AND coalesce(r.request_id <> r.previous_request, true) AND coalesce(r.on_behalf_of <> r.previous_for, true)
QUALIFY row_number() OVER (PARTITION BY r.order_key, r.line_id, r.sub_key, r.field ORDER BY r.changed_at, r.record_key) = 1
