-- The history of one value: what was entered, by whom, and every recorded change of it. Empty $line is the order's head.
WITH cell AS (
    SELECT changed_at AS "at", changed_by AS who, old_value, new_value, reason, approved_by, 2 AS place
    FROM marts.change_facts
    WHERE order_id = $order AND coalesce(line_id, '') = $line AND (field = $field OR (field = 'line' AND $line <> ''))
),
entry AS (
    SELECT o.ordered_at AS "at", o.entered_by AS who, NULL AS old_value,
        CASE WHEN (SELECT count(*) FROM cell) > 0 THEN (SELECT arg_min({'was': old_value}, "at").was FROM cell) ELSE nullif($value, '') END AS new_value,
        'entered' AS reason, NULL AS approved_by, 1 AS place
    FROM marts.order_facts o WHERE o.order_id = $order
)
SELECT "at", who, old_value, new_value, reason, approved_by FROM (FROM entry UNION ALL FROM cell) ORDER BY place, "at"
