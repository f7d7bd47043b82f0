/* ---
mart: overdue_exceptions
phase: facts
scope: true
text: Orders this run did not touch with an open exception that time has carried beyond its target.
--- */
SELECT DISTINCT e.order_key FROM marts.exception_facts e CROSS JOIN meta.now n
LEFT JOIN meta.exception_targets t ON t.type_key = lower(trim(e.type))
WHERE e.is_open AND NOT e.beyond_target
    AND e.raised_at + to_seconds(coalesce(t.target_hours, n.exception_target_hours) * 3600) < n.data_until
    AND e.order_key NOT IN (SELECT order_key FROM work.scope_orders)
