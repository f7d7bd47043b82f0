/* ---
mart: given
phase: orders
temporary: true
text: One row, what the sources give, so that what cannot be told is null and not zero.
--- */
-- A time kept in a column of another record shows each activity once; only a log of actions can show that one was repeated.
SELECT
    coalesce(bool_or(given) FILTER (WHERE entity = 'user_actions'), false) AS actions,
    coalesce(bool_or(given OR records > 0) FILTER (WHERE entity = 'order_changes'), false) AS changes,
    coalesce(bool_or(given) FILTER (WHERE entity = 'exceptions'), false) AS exceptions,
    coalesce(bool_or(given) FILTER (WHERE entity = 'deliveries'), false) AS deliveries,
    coalesce(bool_or(given) FILTER (WHERE entity = 'order_lines'), false) AS lines,
    coalesce(bool_or(given) FILTER (WHERE entity IN ('order_changes', 'order_errors', 'invoices')), false)
        OR (SELECT count(*) FROM core.deliveries WHERE kind = 'return') > 0
        OR (SELECT count(*) FROM marts.error_facts) > 0 AS errors,
    EXISTS (FROM marts.action_facts WHERE activity_kind = 'ship') AS shipments,
    EXISTS (FROM marts.action_facts WHERE user_id IS NOT NULL) AS users,
    EXISTS (FROM meta.emitted JOIN meta.files USING (file_no)
        WHERE entity = 'user_actions' AND records > 0 AND primary_entity = 'user_actions') AS repeats
FROM meta.entities
