SELECT coalesce(CASE $dimension WHEN 'channel' THEN channel WHEN 'region' THEN region WHEN 'department' THEN department
    WHEN 'user' THEN entered_by WHEN 'family' THEN product_family END, 'unknown') AS part, count(*) AS orders, count(*) FILTER (WHERE has_error) AS errors,
    count(*) FILTER (WHERE has_error) / count(*) AS rate
FROM selected_orders WHERE order_class = 'sale' AND is_mature AND has_error IS NOT NULL
GROUP BY ALL HAVING count(*) >= 20 ORDER BY errors DESC, part
