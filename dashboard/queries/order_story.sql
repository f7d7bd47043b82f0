-- Everything that is recorded of one order on one time axis, in the reporting zone: actions, changes, exceptions, defects (where they came in),
-- errors (when they were found), deliveries and invoices; and, of fields that no log covers, what differs between two extracts (`version`, at
-- the later one; `detail` says since when it is unseen). `moment` is the same time in UTC, as the state of the order is asked for;
-- `field` tells of what a defect's or a version's values are, which are kept as they are stored.
WITH marks AS (
    SELECT "at" AS moment, 'action' AS what, activity AS text, user_id AS who, line_id, NULL AS old_value, NULL AS new_value, NULL AS approved_by,
        outcome AS detail, action_no AS place, NULL AS field
    FROM marts.action_facts WHERE order_id = $order
    UNION ALL
    SELECT changed_at, 'change', field, changed_by, line_id, old_value, new_value, approved_by, reason, NULL, NULL FROM marts.change_facts
    WHERE order_id = $order AND origin IS DISTINCT FROM 'snapshot'
    UNION ALL
    SELECT since, 'version', field, changed_by, line_id, old_value, value, NULL,
        strftime(timezone((SELECT reporting_zone FROM meta.now), timezone('UTC', seen_before)), '%Y-%m-%d %H:%M'), NULL, field
    FROM (SELECT *, lag(value) OVER trail AS old_value, lag(until) OVER trail AS seen_before FROM marts.sightings($order)
        WINDOW trail AS (PARTITION BY line_id, field ORDER BY sighting_no)) v
    WHERE sighting_no > 1 AND value IS DISTINCT FROM old_value AND NOT EXISTS (
        SELECT 1 FROM core.order_changes c LEFT JOIN meta.change_logs g ON g.system = c._system
        WHERE c._system = (SELECT any_value(_system) FROM core.orders WHERE order_id = $order) AND c.origin IS DISTINCT FROM 'snapshot'
            AND coalesce(list_contains(g.fields, v.field), c.field = v.field AND (c.line_id IS NULL) = (v.line_id IS NULL)))
    UNION ALL
    SELECT raised_at, 'exception', type, raised_by, line_id, NULL, NULL, NULL,
        CASE WHEN resolve_seconds IS NOT NULL THEN round(resolve_seconds / 3600.0, 1) || ' h' WHEN is_open THEN 'open' END, NULL, NULL
    FROM marts.exception_facts WHERE order_id = $order
    UNION ALL
    SELECT resolved_at, 'resolved', type, resolved_by, line_id, NULL, NULL, NULL, resolution, NULL, NULL FROM marts.exception_facts WHERE order_id = $order
    UNION ALL
    SELECT d.origin_at, 'defect', coalesce(k.title, replace(d.kind, '_', ' ')), d.origin_user, d.line_id, d.observed, coalesce(d.suggested, d.expected), NULL,
        CASE WHEN d.resolved_at IS NULL THEN d.message ELSE coalesce(d.resolution, 'gone') || ': ' || d.message END, NULL, d.field
    FROM ledger.defects d LEFT JOIN ledger.kinds k ON k.kind = d.kind
    WHERE d.order_id = $order AND d.rule NOT IN (SELECT rule FROM ledger.source_rules)
    UNION ALL
    SELECT e.found_at, 'error', coalesce(k.title, replace(e.type, '_', ' ')), e.found_by, e.line_id, c.wrong, c.corrected, NULL,
        e.evidence_told || coalesce(', ' || e.found_place, ''), NULL, NULL
    FROM marts.error_facts e LEFT JOIN ledger.kinds k ON k.kind = e.type LEFT JOIN marts.corrections c ON c.record_key = e.error_key
    WHERE e.order_id = $order
    UNION ALL
    SELECT "at", coalesce(kind, 'delivery'), coalesce(document_id, delivery_item_id), NULL, line_id, NULL, NULL, NULL,
        quantity::DOUBLE || ' pieces', NULL, NULL
    FROM core.deliveries WHERE order_id = $order
    UNION ALL
    SELECT "at", CASE coalesce(kind, 'invoice') WHEN 'credit' THEN 'credit note' ELSE coalesce(kind, 'invoice') END, coalesce(document_id, invoice_item_id), NULL,
        line_id, NULL, NULL, NULL, amount::DOUBLE::VARCHAR, NULL, NULL
    FROM core.invoices WHERE order_id = $order
)
SELECT timezone(n.reporting_zone, timezone('UTC', moment)) AS "at", what, text, who, line_id, old_value, new_value, approved_by, detail, moment, field
FROM marks, meta.now n WHERE moment IS NOT NULL ORDER BY moment, place NULLS LAST, what, line_id
