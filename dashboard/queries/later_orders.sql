-- Orders dated after the day that the data reach to, which no chart over time shows; `orders` is how many there are, two hundred are listed.
SELECT s.order_id, s.customer_name, s.ordered_at, s.net_amount, s.status, f.member AS file, o._line AS source_line, count(*) OVER () AS orders
FROM selected_orders s CROSS JOIN meta.now n LEFT JOIN core.orders o USING (order_key) LEFT JOIN meta.files f ON f.file_no = o._file_no
WHERE s.ordered_on > CAST(timezone(n.reporting_zone, timezone('UTC', n.data_until)) AS DATE) ORDER BY s.ordered_at, s.order_id LIMIT 200
