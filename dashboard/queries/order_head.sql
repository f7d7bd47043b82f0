SELECT o.order_id, o.customer_id, o.customer_name, o.ordered_at, timezone(n.reporting_zone, timezone('UTC', o.ordered_at)) AS entered_at, o.entered_by, o.channel,
    o.region, o.department, o.net_amount, o.currency, o.status, o.current_stage, o.is_open, o.is_cancelled, o.requested_delivery_date, o.promised_delivery_date, o.order_key
FROM marts.order_facts o, meta.now n WHERE o.order_id = $order
