-- Exceptions, open ones beyond target first; $limit of them. $by: type or stage ($part), repeated (same type again on the order), silent
-- (no approval and no alert while open), open, or empty for all.
WITH repeated AS (
    SELECT order_key, type FROM marts.exception_facts WHERE $by = 'repeated' GROUP BY ALL HAVING count(*) > 1
)
SELECT e.order_id, e.line_id, e.type, e.stage, e.raised_at, e.resolved_at, e.is_open, e.beyond_target, round(e.resolve_seconds / 3600.0, 2) AS resolve_hours,
    e.raised_by, e.owner, e.resolved_by, e.resolution, a.approved_at, a.alerted_at
FROM selected_exceptions e LEFT JOIN marts.exception_answers a USING (record_key)
WHERE CASE $by WHEN 'type' THEN e.type = $part WHEN 'stage' THEN coalesce(e.stage, 'unknown') = $part
    WHEN 'repeated' THEN (e.order_key, e.type) IN (SELECT (order_key, type) FROM repeated)
    WHEN 'silent' THEN a.record_key IS NOT NULL AND a.approved_at IS NULL AND a.alerted_at IS NULL
    WHEN 'open' THEN e.is_open ELSE true END
ORDER BY e.is_open DESC, e.beyond_target DESC NULLS LAST, e.raised_at NULLS FIRST, e.order_id LIMIT $limit
