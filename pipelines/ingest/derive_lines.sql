-- Lines that only events name. They carry nothing but their keys: a quantity is not guessed.
DELETE FROM core.order_lines WHERE _derived AND _source = 'derived' AND order_key IN (SELECT order_key FROM work.changed_orders);
INSERT INTO core.order_lines BY NAME
SELECT
    min(line_id) AS line_id, min(order_id) AS order_id, line_key AS record_key, min(order_key) AS order_key, line_key,
    min(_system) AS _system, 'derived' AS _source, min(_file_no) AS _file_no, min(_line) AS _line,
    max(_recorded_at) AS _recorded_at, true AS _derived
FROM core.user_actions SEMI JOIN work.changed_orders USING (order_key)
WHERE line_key IS NOT NULL AND line_key NOT IN (SELECT line_key FROM core.order_lines)
GROUP BY line_key;
