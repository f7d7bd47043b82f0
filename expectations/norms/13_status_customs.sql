/* ---
grain: status of an order and how far its events have got
makes: status_customs
refresh: full
--- */
-- Which status orders have that got so far (work.order_progress), of some tens of thousands; orders from before the event log began (`log_since`) are
-- left out. `all_n` counts all orders that got so far; `is_usual` marks the status that most of them have.
CREATE OR REPLACE TABLE work.status_customs AS
WITH began AS (
  SELECT _system, min("at") AS moment FROM core.user_actions GROUP BY _system
), sampled AS (
  SELECT o.* FROM core.orders o LEFT JOIN began b USING (_system)
  WHERE o.status IS NOT NULL AND coalesce(o.order_class, 'sale') = 'sale' AND coalesce(o.ordered_at >= b.moment, true)
    AND hash(o.order_key) % (SELECT greatest(1, count(*) // 50000)::UBIGINT FROM core.orders) = 0
), acts AS (
  FROM marts.action_facts WHERE hash(order_key) IN (SELECT hash(order_key) FROM sampled)
), sent AS (
  FROM core.deliveries WHERE hash(order_key) IN (SELECT hash(order_key) FROM sampled)
), billed AS (
  FROM core.invoices WHERE hash(order_key) IN (SELECT hash(order_key) FROM sampled)
), placed AS (
  SELECT o._system, lower(trim(o.status)) AS status, p.progress, p.rough
  FROM work.order_progress('sampled', 'acts', 'sent', 'billed') p JOIN sampled o USING (order_key)
), counted AS (
  SELECT _system, progress, false AS is_rough, status, count(*) AS n FROM placed GROUP BY ALL
  UNION ALL
  SELECT _system, rough, true, status, count(*) FROM placed GROUP BY ALL
)
SELECT c.*, sum(n) OVER one AS all_n, b.moment AS log_since,
  row_number() OVER (PARTITION BY _system, progress, is_rough ORDER BY n DESC, status) = 1 AS is_usual
FROM counted c LEFT JOIN began b USING (_system)
WINDOW one AS (PARTITION BY _system, progress, is_rough);
