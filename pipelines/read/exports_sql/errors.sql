-- Errors with their evidence, newest first. seen: whether a rule saw it before it was found, would have, or none did.
SELECT e.order_id, e.line_id, e.field, type,
    e.evidence_told AS evidence, found_at, found_by, found_stage, origin_stage, origin_user, origin_at, delay_days,
    cost, cost_is_assumed, found_place, found_line, d.seen, d.rules, error_key
FROM selected_errors e
LEFT JOIN (SELECT error_key,
        CASE WHEN bool_or(how = 'saw') THEN 'saw' WHEN bool_or(how = 'would_have_seen') THEN 'would_have_seen' ELSE 'no_rule' END AS seen,
        string_agg(rule, ', ' ORDER BY rule) AS rules
    FROM marts.error_defects GROUP BY error_key) d USING (error_key)
ORDER BY found_at DESC NULLS LAST, order_id, error_key
