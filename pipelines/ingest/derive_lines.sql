-- Lines that only events name. They carry nothing but their keys: a quantity is not guessed.
DELETE FROM core.order_lines WHERE _derived AND _source = 'derived' AND work.near(order_key)
    AND order_key IN (SELECT order_key FROM work.changed_orders);
INSERT INTO core.order_lines BY NAME
WITH unknown AS (
    -- not among the lines of these orders; the few that are left are looked up among all
    SELECT line_id, order_id, order_key, line_key, _system, _file_no, _line, _recorded_at
    FROM core.user_actions SEMI JOIN work.changed_orders USING (order_key)
    ANTI JOIN (SELECT line_key FROM core.order_lines SEMI JOIN work.changed_orders USING (order_key) WHERE work.near(order_key)) USING (line_key)
    WHERE line_key IS NOT NULL AND work.near(order_key)
),
known AS (
    SELECT line_key FROM core.order_lines SEMI JOIN unknown USING (line_key)
)
SELECT
    min(line_id) AS line_id, min(order_id) AS order_id, line_key AS record_key, min(order_key) AS order_key, line_key,
    min(_system) AS _system, 'derived' AS _source, min(_file_no) AS _file_no, min(_line) AS _line,
    max(_recorded_at) AS _recorded_at, true AS _derived
FROM unknown ANTI JOIN known USING (line_key)
GROUP BY line_key;
