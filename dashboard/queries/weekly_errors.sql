SELECT date_trunc('week', ordered_on)::DATE AS week, count(*) AS orders, count(*) FILTER (WHERE has_error) AS errors,
    bool_and(is_mature) AS is_mature, count(has_error) AS known
FROM selected_orders WHERE order_class = 'sale' AND ordered_on IS NOT NULL GROUP BY ALL ORDER BY week
