SELECT count(*) AS orders FROM selected_orders
