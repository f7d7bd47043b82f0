-- Orders without a day of entry, which no period holds; `orders` is how many there are, two hundred are listed.
SELECT s.order_id, s.customer_name, s.net_amount, s.status, f.member AS file, o._line AS source_line, count(*) OVER () AS orders
FROM selected_orders s LEFT JOIN core.orders o USING (order_key) LEFT JOIN meta.files f ON f.file_no = o._file_no
WHERE s.ordered_on IS NULL ORDER BY f.member, o._line, s.order_id LIMIT 200
