-- Mature sales orders and wrong ones among them, by one dimension: what a difference of two periods is split by.
SELECT coalesce(CASE $dimension WHEN 'channel' THEN channel WHEN 'region' THEN region WHEN 'department' THEN department
    WHEN 'family' THEN product_family WHEN 'order_type' THEN order_type END, 'unknown') AS part,
    count(*) FILTER (WHERE has_error) AS errors, count(*) AS orders
FROM selected_orders WHERE order_class = 'sale' AND is_mature AND has_error IS NOT NULL
GROUP BY ALL ORDER BY part
