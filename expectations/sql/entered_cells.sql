-- The orders that are judged, and the first old value of each of their cells: what the change log says was entered.
CREATE OR REPLACE TABLE entered._wanted AS
SELECT DISTINCT order_key FROM marts.corrections
WHERE (SELECT is_all FROM entered._judged) OR order_key IN (SELECT order_key FROM work.changed_orders);

-- Some two thousand other orders stand beside them as they are: a rule that first asks how the source keeps its records
-- must not judge the source by records that were wrong.
CREATE OR REPLACE TABLE entered._shown AS
SELECT order_key FROM entered._wanted
UNION SELECT order_key FROM core.orders WHERE hash(order_key) % (SELECT greatest(1, count(*) // 2000)::UBIGINT FROM core.orders) = 0;

CREATE OR REPLACE TABLE entered._cells AS
SELECT order_key, line_id, field, arg_min({'was': old_value}, (changed_at, coalesce(seq, 0), record_key)).was AS value
FROM core.order_changes SEMI JOIN entered._wanted USING (order_key)
WHERE sub_key IS NULL
GROUP BY ALL;

CREATE OR REPLACE TABLE entered._records AS
SELECT order_key, line_id, map_from_entries(list((field, value))) AS cells FROM entered._cells GROUP BY ALL;
