/* ---
grain: system, entity, order type, channel, class and field
makes: filled_fields
refresh: full
--- */
-- How often each field is filled in, by order type, channel and class: measured on two hundred thousand orders, chosen by their
-- key, where there are more. `at_least` is the lower end of Wilson's interval (95 %) of the share, so that few records
-- prove little; `everywhere` is the share over the whole source. Fields that are filled in later are not judged by it.
CREATE OR REPLACE TABLE work.filled_fields AS
WITH sampled AS (
  SELECT * FROM core.orders WHERE hash(order_key) % (SELECT greatest(1, count(*) // 200000)::UBIGINT FROM core.orders) = 0
), of_orders AS (
  SELECT _system, order_type AS of_type, channel AS of_channel, order_class AS of_class, count(*) AS records, count(order_number) AS order_number,
    count(order_class) AS order_class, count(order_type) AS order_type, count(customer_id) AS customer_id,
    count(customer_name) AS customer_name, count(entered_by) AS entered_by, count(channel) AS channel,
    count(sales_org) AS sales_org, count(region) AS region, count(department) AS department, count(currency) AS currency,
    count(net_amount) AS net_amount, count(tax_amount) AS tax_amount, count(gross_amount) AS gross_amount,
    count(requested_delivery_date) AS requested_delivery_date, count(ship_to) AS ship_to, count(payment_terms) AS payment_terms
  FROM sampled WHERE _source IS DISTINCT FROM 'derived' GROUP BY ALL
), of_lines AS (
  SELECT l._system, o.order_type AS of_type, o.channel AS of_channel, o.order_class AS of_class, count(*) AS records, count(l.line_no) AS line_no,
    count(l.sku) AS sku, count(l.description) AS description, count(l.quantity) AS quantity, count(l.unit) AS unit,
    count(l.base_quantity) AS base_quantity, count(l.unit_price) AS unit_price, count(l.discount) AS discount,
    count(l.net_amount) AS net_amount, count(l.tax_amount) AS tax_amount, count(l.gross_amount) AS gross_amount,
    count(l.requested_delivery_date) AS requested_delivery_date
  FROM core.order_lines l JOIN sampled o USING (order_key) WHERE l._source IS DISTINCT FROM 'derived' GROUP BY ALL
), counted AS (
  SELECT 'orders' AS entity, * FROM (UNPIVOT of_orders ON COLUMNS(* EXCLUDE (_system, of_type, of_channel, of_class, records)) INTO NAME field VALUE filled)
  UNION ALL
  SELECT 'order_lines', * FROM (UNPIVOT of_lines ON COLUMNS(* EXCLUDE (_system, of_type, of_channel, of_class, records)) INTO NAME field VALUE filled)
)
SELECT *, (filled / records + 1.96 ** 2 / (2 * records)
    - 1.96 * sqrt(filled / records * (1 - filled / records) / records + 1.96 ** 2 / (4 * records ** 2))) / (1 + 1.96 ** 2 / records) AS at_least,
  sum(filled) OVER (PARTITION BY entity, _system, field) / sum(records) OVER (PARTITION BY entity, _system, field) AS everywhere
FROM counted;
