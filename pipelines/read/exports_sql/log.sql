-- The event log: every action of the selected orders, in the order in which it happened. The standard formats give the times in UTC, with the offset; lists give them in the reporting zone.
SELECT a.order_id, a.line_id, a."at", a.activity, a.lifecycle, a.user_id, a.role, a.department, a.stage, a.automatic, a.outcome,
    coalesce(u.event_id, a.record_key) AS event_id, o.customer_id, o.customer_name, o.channel, o.region, o.order_type, o.net_amount,
    o.currency
FROM selected_actions a JOIN selected_orders o USING (order_key) JOIN core.user_actions u ON u.record_key = a.record_key
ORDER BY a.order_id, a.action_no
