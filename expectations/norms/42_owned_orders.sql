/* ---
grain: system
makes: owned_orders
refresh: full
--- */
-- Of a sample of the orders that were given, how many name somebody (`owned`): as the one who entered them, or did or
-- changed something, or has an exception of theirs.
CREATE OR REPLACE TABLE work.owned_orders AS
WITH persons AS (
  SELECT order_key, entered_by AS user_id FROM core.orders SEMI JOIN work.sampled_orders USING (order_key)
  UNION ALL SELECT order_key, user_id FROM core.user_actions SEMI JOIN work.sampled_orders USING (order_key)
  UNION ALL SELECT order_key, changed_by FROM core.order_changes SEMI JOIN work.sampled_orders USING (order_key)
  UNION ALL SELECT order_key, coalesce(owner, raised_by) FROM core.exceptions SEMI JOIN work.sampled_orders USING (order_key)
), owned AS (
  SELECT order_key, count(user_id) > 0 AS is_owned FROM persons GROUP BY order_key
)
SELECT s._system, count(*) AS orders, count(*) FILTER (is_owned) AS owned
FROM owned JOIN work.sampled_orders s USING (order_key) GROUP BY s._system;
