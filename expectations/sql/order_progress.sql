-- How far an order has got, by its events and documents: cancelled, completed, else the last stage that it ended; and more
-- roughly: cancelled, completed, invoiced, shipped, or none of these. `settled_at` is when it last got further.
CREATE OR REPLACE MACRO work.order_progress(orders, actions, deliveries, invoices) AS TABLE
-- A number stands for the order: texts take long to count by.
WITH acts AS (
  SELECT hash(order_key) AS of_order, max(stage_no) FILTER (marks = 'end') AS stage_no, max("at") AS last_at,
    bool_or(activity_kind = 'cancel') AS cancelled, bool_or(activity_kind = 'complete') AS completed,
    bool_or(activity_kind = 'invoice') AS invoiced, bool_or(activity_kind = 'ship') AS shipped
  FROM query_table(actions) GROUP BY of_order
), sent AS (
  SELECT hash(order_key) AS of_order, max("at") AS last_at FROM query_table(deliveries)
  WHERE coalesce(kind, 'delivery') = 'delivery' GROUP BY of_order
), billed AS (
  SELECT hash(order_key) AS of_order, max("at") AS last_at FROM query_table(invoices)
  WHERE coalesce(kind, 'invoice') = 'invoice' GROUP BY of_order
), flags AS (
  SELECT w.order_key, a.stage_no, coalesce(a.cancelled, false) OR w.cancelled_at IS NOT NULL AS cancelled,
    coalesce(a.completed, false) AS completed, coalesce(a.invoiced, false) OR b.of_order IS NOT NULL AS invoiced,
    coalesce(a.shipped, false) OR s.of_order IS NOT NULL AS shipped, greatest(a.last_at, w.cancelled_at, s.last_at, b.last_at) AS settled_at
  FROM (SELECT order_key, hash(order_key) AS of_order, cancelled_at FROM query_table(orders)) w
  LEFT JOIN acts a USING (of_order) LEFT JOIN sent s USING (of_order) LEFT JOIN billed b USING (of_order)
  WHERE a.of_order IS NOT NULL OR s.of_order IS NOT NULL OR b.of_order IS NOT NULL
)
SELECT f.order_key, f.settled_at,
  CASE WHEN cancelled THEN 'cancelled' WHEN completed THEN 'completed' ELSE coalesce(m.title, 'nothing done')
    || CASE WHEN invoiced THEN ', invoiced' WHEN shipped THEN ', shipped' ELSE '' END END AS progress,
  CASE WHEN cancelled THEN 'cancelled' WHEN completed THEN 'completed' WHEN invoiced THEN 'invoiced' WHEN shipped THEN 'shipped'
    ELSE 'neither shipped nor invoiced' END AS rough
FROM flags f LEFT JOIN meta.stages m ON m.stage_no = f.stage_no;
