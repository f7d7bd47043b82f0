/* ---
grain: status of an order and how far its events have got
makes: status_customs
refresh: full
--- */
-- How far an order has got, by its events and documents: cancelled, completed, else the last stage that it ended; and more
-- roughly: cancelled, completed, invoiced, shipped, or none of these. `settled_at` is when it last got further.
CREATE OR REPLACE MACRO work.order_progress(orders) AS TABLE
-- A number stands for the order: texts take long to count by.
WITH wanted AS (
  SELECT order_key, hash(order_key) AS of_order, cancelled_at FROM query_table(orders)
), cut AS (
  -- Where all orders are asked for, nothing has to be looked up: all numbers are cut down to one.
  SELECT CASE WHEN (SELECT count(*) FROM wanted) = (SELECT count(*) FROM core.orders) THEN 1 ELSE 18446744073709551615 END::UBIGINT AS n
), asked AS (
  SELECT DISTINCT of_order % n AS number FROM wanted, cut
), acts AS (
  SELECT hash(order_key) AS of_order, max(stage_no) FILTER (marks = 'end') AS stage_no, max("at") AS last_at,
    bool_or(activity_kind = 'cancel') AS cancelled, bool_or(activity_kind = 'complete') AS completed,
    bool_or(activity_kind = 'invoice') AS invoiced, bool_or(activity_kind = 'ship') AS shipped
  FROM marts.action_facts WHERE hash(order_key) % (SELECT n FROM cut) IN (FROM asked) GROUP BY of_order
), sent AS (
  SELECT hash(order_key) AS of_order, max("at") AS last_at FROM core.deliveries
  WHERE coalesce(kind, 'delivery') = 'delivery' AND hash(order_key) % (SELECT n FROM cut) IN (FROM asked) GROUP BY of_order
), billed AS (
  SELECT hash(order_key) AS of_order, max("at") AS last_at FROM core.invoices
  WHERE coalesce(kind, 'invoice') = 'invoice' AND hash(order_key) % (SELECT n FROM cut) IN (FROM asked) GROUP BY of_order
), flags AS (
  SELECT w.order_key, a.stage_no, coalesce(a.cancelled, false) OR w.cancelled_at IS NOT NULL AS cancelled,
    coalesce(a.completed, false) AS completed, coalesce(a.invoiced, false) OR b.of_order IS NOT NULL AS invoiced,
    coalesce(a.shipped, false) OR s.of_order IS NOT NULL AS shipped, greatest(a.last_at, w.cancelled_at, s.last_at, b.last_at) AS settled_at
  FROM wanted w LEFT JOIN acts a USING (of_order) LEFT JOIN sent s USING (of_order) LEFT JOIN billed b USING (of_order)
  WHERE a.of_order IS NOT NULL OR s.of_order IS NOT NULL OR b.of_order IS NOT NULL
)
SELECT f.order_key, f.settled_at,
  CASE WHEN cancelled THEN 'cancelled' WHEN completed THEN 'completed' ELSE coalesce(m.title, 'nothing done')
    || CASE WHEN invoiced THEN ', invoiced' WHEN shipped THEN ', shipped' ELSE '' END END AS progress,
  CASE WHEN cancelled THEN 'cancelled' WHEN completed THEN 'completed' WHEN invoiced THEN 'invoiced' WHEN shipped THEN 'shipped'
    ELSE 'neither shipped nor invoiced' END AS rough
FROM flags f LEFT JOIN meta.stages m ON m.stage_no = f.stage_no;

-- Which status orders have that got so far, of some tens of thousands; orders from before the event log began (`log_since`) are
-- left out. `all_n` counts all orders that got so far; `is_usual` marks the status that most of them have.
CREATE OR REPLACE TABLE work.status_customs AS
WITH began AS (
  SELECT _system, min("at") AS moment FROM core.user_actions GROUP BY _system
), sampled AS (
  SELECT o.* FROM core.orders o LEFT JOIN began b USING (_system)
  WHERE o.status IS NOT NULL AND coalesce(o.order_class, 'sale') = 'sale' AND coalesce(o.ordered_at >= b.moment, true)
    AND hash(o.order_key) % (SELECT greatest(1, count(*) // 50000)::UBIGINT FROM core.orders) = 0
), placed AS (
  SELECT o._system, lower(trim(o.status)) AS status, p.progress, p.rough
  FROM work.order_progress('sampled') p JOIN sampled o USING (order_key)
), counted AS (
  SELECT _system, progress, false AS is_rough, status, count(*) AS n FROM placed GROUP BY ALL
  UNION ALL
  SELECT _system, rough, true, status, count(*) FROM placed GROUP BY ALL
)
SELECT c.*, sum(n) OVER one AS all_n, b.moment AS log_since,
  row_number() OVER (PARTITION BY _system, progress, is_rough ORDER BY n DESC, status) = 1 AS is_usual
FROM counted c LEFT JOIN began b USING (_system)
WINDOW one AS (PARTITION BY _system, progress, is_rough);
