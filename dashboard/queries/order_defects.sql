SELECT coalesce(k.title, replace(d.kind, '_', ' ')) AS kind, d.severity, d.line_id, d.field, d.observed, coalesce(suggested, expected) AS suggested, message, origin_stage, origin_user, origin_at
FROM ledger.defects d LEFT JOIN ledger.kinds k ON k.kind = d.kind WHERE order_id = $order AND resolved_at IS NULL ORDER BY d.severity, d.kind
