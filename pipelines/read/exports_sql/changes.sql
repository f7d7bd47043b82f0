-- Recorded changes, newest first.
SELECT order_id, line_id, field, old_value, new_value, changed_at, changed_by, reason, requested_by, requested_at, approved_by, approved_at, origin, stage,
    after_submission, after_confirmation, material, customer_initiated FROM selected_changes ORDER BY changed_at DESC, order_id
