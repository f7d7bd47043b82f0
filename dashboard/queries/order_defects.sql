SELECT kind, severity, line_id, field, observed, coalesce(suggested, expected) AS suggested, message, origin_stage, origin_user, origin_at
FROM ledger.defects WHERE order_id = $order AND resolved_at IS NULL ORDER BY severity, kind
