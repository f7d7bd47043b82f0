-- Orders that only lines or events name. Rules: entry is the earliest event and its user; dates are the latest of the lines;
-- the amount is the sum of the lines, null where any line has none.
DELETE FROM core.orders WHERE _derived AND _source = 'derived' AND work.near(order_key)
    AND order_key IN (SELECT order_key FROM work.changed_orders);
INSERT INTO core.orders BY NAME
WITH known AS (
    SELECT order_key FROM core.orders SEMI JOIN work.changed_orders USING (order_key) WHERE work.near(order_key)
),
-- Hardly ever any: then neither lines nor actions are looked through.
unknown AS MATERIALIZED (
    SELECT order_key FROM work.changed_orders ANTI JOIN known USING (order_key) WHERE order_key IS NOT NULL
),
named AS (
    SELECT order_key, order_id, _system, _file_no, _line, _recorded_at FROM core.order_lines SEMI JOIN unknown USING (order_key)
    UNION ALL
    SELECT order_key, order_id, _system, _file_no, _line, _recorded_at FROM core.user_actions SEMI JOIN unknown USING (order_key)
),
missing AS (
    SELECT order_key, min(order_id) AS order_id, min(_system) AS _system, min(_file_no) AS _file_no, min(_line) AS _line,
        max(_recorded_at) AS _recorded_at
    FROM named GROUP BY order_key
),
lines AS (
    SELECT order_key, CASE WHEN count(net_amount) = count(*) THEN sum(net_amount) END AS net_amount,
        max(requested_delivery_date) AS requested_delivery_date, max(promised_delivery_date) AS promised_delivery_date
    FROM core.order_lines SEMI JOIN missing USING (order_key) GROUP BY order_key
),
events AS (
    SELECT order_key, min("at") AS ordered_at, arg_min(user_id, "at") AS entered_by
    FROM core.user_actions SEMI JOIN missing USING (order_key) GROUP BY order_key
)
SELECT order_id, ordered_at, entered_by, net_amount, requested_delivery_date, promised_delivery_date,
    order_key AS record_key, order_key, _system, 'derived' AS _source, _file_no, _line, _recorded_at, true AS _derived
FROM missing LEFT JOIN lines USING (order_key) LEFT JOIN events USING (order_key);
