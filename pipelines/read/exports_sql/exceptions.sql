-- Exceptions, open ones beyond target first.
SELECT order_id, line_id, type, stage, raised_at, resolved_at, is_open, beyond_target, round(resolve_seconds / 3600.0, 2) AS resolve_hours,
    raised_by, owner, resolved_by, resolution FROM selected_exceptions
ORDER BY is_open DESC, beyond_target DESC NULLS LAST, raised_at NULLS FIRST, order_id
