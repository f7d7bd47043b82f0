SELECT c.changed_at AS "at", c.order_id, c.line_id, c.field, c.old_value, c.new_value, c.reason, c.approved_by FROM marts.change_facts c
WHERE c.changed_by = $user ORDER BY c.changed_at DESC LIMIT 500
