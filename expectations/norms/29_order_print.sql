/* ---
grain: order near in time to a checked one of the same customer
makes: order_prints
refresh: always
--- */
-- The sum of the prints of an order's lines, and of its products, so that equal orders have equal sums. `party` is the
-- customer, one for all keys that have the same name in the master; `slot` the four days of the entry, `place` the order's among these in
-- time; `account` a number for the party: texts take long to compare. Dropped when done.
CREATE OR REPLACE TABLE work.order_prints AS
WITH names AS (
  SELECT _system, customer_id,
    min(customer_id) OVER (PARTITION BY _system, regexp_replace(lower(trim(name)), '\s+', ' ', 'g')) AS party
  FROM core.customers WHERE name IS NOT NULL
), orders AS (
  SELECT o.order_key, o._system, o.customer_id, coalesce(n.party, o.customer_id) AS party, o.ordered_at,
    hash(o._system, coalesce(n.party, o.customer_id)) AS account, epoch(o.ordered_at)::BIGINT // (96 * 3600) AS slot
  FROM core.orders o LEFT JOIN names n ON n._system = o._system AND n.customer_id = o.customer_id
  WHERE o.customer_id IS NOT NULL AND o.ordered_at IS NOT NULL AND o.cancelled_at IS NULL
    AND coalesce(o.order_class, 'sale') = 'sale'
), around AS (
  SELECT DISTINCT o.account, o.slot + unnest([-1, 0, 1]) AS slot
  FROM orders o SEMI JOIN scope.orders s USING (order_key)
), near AS (
  SELECT o.* FROM orders o SEMI JOIN around USING (account, slot)
), prints AS (
  SELECT l.order_key, count(*) AS lines, sum(hash(l.sku, l.quantity)::HUGEINT) AS content, sum(hash(l.sku)::HUGEINT) AS products
  FROM core.order_lines l SEMI JOIN near USING (order_key) GROUP BY l.order_key
  HAVING count(l.sku) = count(*) AND count(l.quantity) = count(*)
)
SELECT *, row_number() OVER (ORDER BY ordered_at, order_key) AS place FROM near JOIN prints USING (order_key);
