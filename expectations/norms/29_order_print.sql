/* ---
grain: order near in time to a checked one of the same customer
makes: order_prints
refresh: always
--- */
-- The sum of the prints of an order's lines, and of its products, so that equal orders have equal sums. `party` is the
-- customer, one for all keys that have the same name in the master; `slot` the four days of the entry; `id` and `account` are numbers
-- for the order and the party: texts take long to compare. A table of this run alone, dropped when done.
CREATE OR REPLACE TEMP TABLE order_prints AS
WITH names AS (
  SELECT _system, customer_id,
    min(customer_id) OVER (PARTITION BY _system, regexp_replace(lower(trim(name)), '\s+', ' ', 'g')) AS party
  FROM core.customers WHERE name IS NOT NULL
), checked AS (
  SELECT DISTINCT hash(o._system, coalesce(n.party, o.customer_id)) AS account, epoch(o.ordered_at)::BIGINT // (96 * 3600) AS slot
  FROM scope.orders o LEFT JOIN names n ON n._system = o._system AND n.customer_id = o.customer_id
  WHERE o.customer_id IS NOT NULL AND o.ordered_at IS NOT NULL AND o.cancelled_at IS NULL AND coalesce(o.order_class, 'sale') = 'sale'
), around AS (
  SELECT DISTINCT account, slot + unnest([-1, 0, 1]) AS slot FROM checked
), near AS MATERIALIZED (
  -- First the days, then whose orders: a party takes longer to find.
  SELECT hash(o.order_key) AS id, o.order_key, o._system, o.customer_id, coalesce(n.party, o.customer_id) AS party, o.ordered_at,
    hash(o._system, coalesce(n.party, o.customer_id)) AS account, o.slot
  FROM (
    SELECT order_key, _system, customer_id, ordered_at, epoch(ordered_at)::BIGINT // (96 * 3600) AS slot FROM core.orders
    WHERE customer_id IS NOT NULL AND ordered_at IS NOT NULL AND cancelled_at IS NULL AND coalesce(order_class, 'sale') = 'sale'
      AND slot IN (SELECT DISTINCT slot FROM around)
  ) o LEFT JOIN names n ON n._system = o._system AND n.customer_id = o.customer_id
  SEMI JOIN around a ON a.account = hash(o._system, coalesce(n.party, o.customer_id)) AND a.slot = o.slot
), prints AS (
  SELECT id, count(*) AS lines, sum(hash(sku, quantity)::HUGEINT) AS content, sum(hash(sku)::HUGEINT) AS products
  FROM (SELECT hash(order_key) AS id, sku, quantity FROM core.order_lines) SEMI JOIN near USING (id) GROUP BY id
  HAVING count(sku) = count(*) AND count(quantity) = count(*)
)
FROM near JOIN prints USING (id);

CREATE OR REPLACE VIEW work.order_prints AS FROM temp.order_prints;
