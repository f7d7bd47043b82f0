-- The changes that one user made in the period, newest first.
SELECT timezone(n.reporting_zone, timezone('UTC', c.changed_at)) AS "at", c.order_id, c.line_id, c.field, c.old_value, c.new_value, c.reason, c.approved_by
FROM marts.change_facts c CROSS JOIN meta.now n
WHERE c.changed_by = $user AND timezone(n.reporting_zone, timezone('UTC', c.changed_at))::DATE BETWEEN $first AND $last
ORDER BY c.changed_at DESC, c.order_id LIMIT 500
