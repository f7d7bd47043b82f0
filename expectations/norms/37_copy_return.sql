/* ---
grain: system
makes: copy_returns
refresh: full
--- */
-- How often all goods of an order came back or were credited (`by_chance`: of two orders at least one), and how often those
-- of a pair that is a copy for sure, or one of the two was reported as entered twice (`of_copies`).
CREATE OR REPLACE MACRO work.came_back(orders) AS TABLE
WITH back AS (
  SELECT order_key, line_id, sum(abs(quantity)) AS quantity
  FROM (
    SELECT order_key, line_id, quantity FROM core.deliveries WHERE kind = 'return'
    UNION ALL SELECT order_key, line_id, quantity FROM core.invoices WHERE kind = 'credit'
  ) WHERE quantity <> 0 AND order_key IN (SELECT order_key FROM query_table(orders))
  GROUP BY order_key, line_id
)
SELECT l.order_key FROM core.order_lines l SEMI JOIN back ON back.order_key = l.order_key
LEFT JOIN back b ON b.order_key = l.order_key AND b.line_id IS NOT DISTINCT FROM l.line_id
GROUP BY l.order_key HAVING bool_and(coalesce(b.quantity, 0) >= 0.9 * l.quantity)
UNION
SELECT order_key FROM core.order_errors WHERE field = 'order_id' AND order_key IN (SELECT order_key FROM query_table(orders));

CREATE OR REPLACE TABLE work.copy_returns AS
WITH back AS MATERIALIZED (
  FROM work.came_back('core.orders')
), usual AS (
  SELECT o._system, 2 * (count(b.order_key) + 1) / (count(*) + 100) AS by_chance
  FROM core.orders o LEFT JOIN back b USING (order_key) GROUP BY o._system
), copies AS (
  SELECT c._system, count(*) AS pairs, count(*) FILTER (c.order_key IN (FROM back) OR c.first_key IN (FROM back)) AS back
  FROM work.copy_chances c JOIN work.copy_rates r USING (_system, distance, lines_are, likeness, same_channel)
  WHERE (r.rate - r.honest) / (r.rate + c.chance) > 0.98 GROUP BY c._system
)
SELECT _system, by_chance, (coalesce(c.back, 0) + 0.5) / (coalesce(c.pairs, 0) + 2) AS of_copies
FROM usual LEFT JOIN copies c USING (_system);
