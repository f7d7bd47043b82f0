-- The compared columns of the order lines. A line is as old as its order.
CREATE OR REPLACE TEMP VIEW learned_records AS
SELECT t.rid,
  coalesce(o.ordered_at <= $until::TIMESTAMP, false) AS is_counted,
  coalesce(o.ordered_at <= $until::TIMESTAMP AND ($since IS NULL OR o.ordered_at > $since::TIMESTAMP), false) AS is_new,
  {columns}
FROM {records} t LEFT JOIN core.orders o USING (order_key) WHERE t._system = $system
