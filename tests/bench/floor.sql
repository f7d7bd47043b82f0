-- The floor: the same load, windows and checks as a skilled analyst would write them by hand, once, with no history,
-- lineage, dispositions or ledger. {folder} is replaced by the folder of the simulated Parquet files.
CREATE TABLE orders AS SELECT * REPLACE (
    TRY_CAST(ordered_at AS TIMESTAMP) AS ordered_at, TRY_CAST(net_amount AS DECIMAL(18, 4)) AS net_amount,
    TRY_CAST(requested_delivery_date AS DATE) AS requested_delivery_date,
    TRY_CAST(promised_delivery_date AS DATE) AS promised_delivery_date) FROM '{folder}/orders.parquet';
CREATE TABLE order_lines AS SELECT * REPLACE (
    TRY_CAST(quantity AS DECIMAL(18, 4)) AS quantity, TRY_CAST(unit_price AS DECIMAL(18, 6)) AS unit_price,
    TRY_CAST(net_amount AS DECIMAL(18, 4)) AS net_amount, TRY_CAST(discount AS DOUBLE) AS discount)
    FROM '{folder}/order_lines.parquet';
CREATE TABLE user_actions AS SELECT * REPLACE (TRY_CAST("at" AS TIMESTAMP) AS "at") FROM '{folder}/user_actions.parquet';
CREATE TABLE order_changes AS SELECT * REPLACE (TRY_CAST(changed_at AS TIMESTAMP) AS changed_at)
    FROM '{folder}/order_changes.parquet';
CREATE TABLE customers AS FROM '{folder}/customers.parquet';
CREATE TABLE products AS FROM '{folder}/products.parquet';

-- Windows: time since the previous action, repeats, stage quantiles.
CREATE TABLE action_facts AS SELECT order_id, activity, user_id, "at",
    date_diff('second', lag("at") OVER trail, "at") AS seconds_since_previous,
    row_number() OVER trail AS action_no
    FROM user_actions WINDOW trail AS (PARTITION BY order_id ORDER BY "at", seq);
CREATE TABLE stage_durations AS SELECT activity, count(*) AS visits,
    quantile_cont(seconds_since_previous, [0.1, 0.25, 0.5, 0.75, 0.9]) AS seconds
    FROM action_facts GROUP BY activity;
CREATE TABLE order_facts AS SELECT o.*, a.actions, a.last_at, l.n_lines, l.lines_amount
    FROM orders o
    LEFT JOIN (SELECT order_id, count(*) AS actions, max("at") AS last_at FROM user_actions GROUP BY order_id) a
        USING (order_id)
    LEFT JOIN (SELECT order_id, count(*) AS n_lines, sum(net_amount) AS lines_amount FROM order_lines GROUP BY order_id) l
        USING (order_id);

-- Checks: the failing rows of eleven rules.
CREATE TABLE failing AS
    SELECT 'total' AS rule, order_id FROM order_facts WHERE abs(net_amount - lines_amount) > 0.01
    UNION ALL SELECT 'no customer', order_id FROM orders WHERE customer_id IS NULL
    UNION ALL SELECT 'unknown customer', order_id FROM orders o ANTI JOIN customers c USING (customer_id)
    UNION ALL SELECT 'customer name', order_id FROM orders o JOIN customers c USING (customer_id)
        WHERE o.customer_name <> c.name
    UNION ALL SELECT 'unknown product', order_id FROM order_lines ANTI JOIN products USING (sku)
    UNION ALL SELECT 'quantity', order_id FROM order_lines WHERE NOT quantity > 0
    UNION ALL SELECT 'price', order_id FROM order_lines WHERE NOT unit_price > 0
    UNION ALL SELECT 'dates', order_id FROM orders WHERE requested_delivery_date < ordered_at::DATE
    UNION ALL SELECT 'duplicate key', order_id FROM orders GROUP BY order_id HAVING count(*) > 1
    UNION ALL SELECT 'chain', order_id FROM (
        SELECT order_id, old_value, lag(new_value) OVER (PARTITION BY order_id, line_id, field ORDER BY changed_at) AS was
        FROM order_changes) WHERE was IS NOT NULL AND was IS DISTINCT FROM old_value
    UNION ALL SELECT 'unit', order_id FROM order_lines l JOIN products p USING (sku)
        WHERE l.unit NOT IN (p.unit, p.pack_unit);
