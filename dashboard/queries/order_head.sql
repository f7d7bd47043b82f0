SELECT order_id, customer_name, ordered_at, entered_by, channel, region, department, net_amount, currency, status, current_stage, requested_delivery_date,
    promised_delivery_date, order_key FROM marts.order_facts WHERE order_id = $order
