-- The stays of one order in its stages, in the reporting zone; an open one until the data end.
SELECT coalesce(t.title, v.stage) AS title, timezone(n.reporting_zone, timezone('UTC', v.entered_at)) AS entered_at,
    timezone(n.reporting_zone, timezone('UTC', coalesce(v.ended_at, n.data_until))) AS ended_at, v.is_open
FROM marts.stage_facts v CROSS JOIN meta.now n LEFT JOIN meta.stages t ON t.stage = v.stage
WHERE v.order_id = $order AND v.entered_at IS NOT NULL AND coalesce(v.ended_at, n.data_until) >= v.entered_at ORDER BY v.entered_at, v.stage_no
