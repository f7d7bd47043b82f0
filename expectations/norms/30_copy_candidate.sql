/* ---
grain: pair of orders of one customer, one of them checked, with nearly the same lines
makes: copy_candidates
refresh: always
--- */
-- Orders of the same customer (by key, or by the same name in the master) within 96 hours that have the same lines, or two at
-- least in common and one line at most that differs: one less, one more, another quantity. Each order is known by the sum of
-- its lines' prints; take one line out, and orders that differ by it are equal. What a customer orders in the same way thirty
-- times in four days tells nothing and is left out. `same_price` is whether all lines in common have the same price and discount,
-- `same_promise` whether two orders for the same day were promised for the same one; null where that is not known.
CREATE OR REPLACE TABLE work.copy_candidates AS
WITH keys AS (
  SELECT hash(account, lines, content) AS same, slot, ordered_at, place, lines AS size FROM work.order_prints
  UNION ALL
  SELECT hash(p.account, p.lines - 1, p.content - hash(l.sku, l.quantity)::HUGEINT), p.slot, p.ordered_at, p.place, p.lines - 1
  FROM work.order_prints p JOIN core.order_lines l USING (order_key) WHERE p.lines >= 3
), repeated AS (
  SELECT same FROM keys GROUP BY same HAVING count(*) > 1
), again AS (
  FROM keys SEMI JOIN repeated USING (same)
), crowded AS (
  SELECT same, slot FROM again GROUP BY same, slot HAVING count(*) > 30
), telling AS (
  FROM again ANTI JOIN crowded USING (same, slot)
), places AS (
  SELECT a.place AS first_place, b.place, max(a.size) AS same_lines
  FROM (SELECT *, slot + unnest([0, 1]) AS later FROM telling) a
  JOIN telling b ON b.same = a.same AND b.slot = a.later AND b.place > a.place AND b.ordered_at <= a.ordered_at + INTERVAL 96 HOUR
  GROUP BY a.place, b.place
), pairs AS (
  SELECT x.order_key AS first_key, y.order_key, p.same_lines
  FROM places p JOIN work.order_prints x ON x.place = p.first_place JOIN work.order_prints y ON y.place = p.place
), lines AS (
  SELECT p.first_key, p.order_key,
    bool_or(a.unit_price = b.unit_price AND coalesce(a.discount, 0) = coalesce(b.discount, 0)) AS same_price
  FROM pairs p JOIN core.order_lines a ON a.order_key = p.first_key
  JOIN core.order_lines b ON b.order_key = p.order_key AND b.sku = a.sku AND b.quantity = a.quantity
  GROUP BY p.first_key, p.order_key, b.record_key
), prices AS (
  SELECT first_key, order_key, bool_and(same_price) AS same_price FROM lines GROUP BY first_key, order_key
)
SELECT b.record_key, b.order_key, b.order_id, b._system, y.party, a.order_id AS first_order, a.order_key AS first_key,
  x.lines AS first_lines, y.lines, p.same_lines, a.entered_by AS first_user, b.entered_by AS second_user,
  a.customer_id AS first_customer, b.customer_id, date_diff('minute', a.ordered_at, b.ordered_at) AS minutes,
  a.requested_delivery_date IS NOT DISTINCT FROM b.requested_delivery_date AS same_date,
  a.ship_to IS NOT DISTINCT FROM b.ship_to OR a.customer_id <> b.customer_id AS same_place,
  a.channel IS NOT DISTINCT FROM b.channel AS same_channel,
  lower(trim(a.customer_name)) IS NOT DISTINCT FROM lower(trim(b.customer_name)) AS same_name,
  CASE WHEN a.requested_delivery_date IS NOT DISTINCT FROM b.requested_delivery_date
    THEN a.promised_delivery_date = b.promised_delivery_date END AS same_promise, r.same_price,
  x.lines = y.lines AND x.lines = p.same_lines AS is_exact, x.products = y.products AS same_products, y.products
FROM pairs p JOIN core.orders a ON a.order_key = p.first_key JOIN core.orders b ON b.order_key = p.order_key
JOIN work.order_prints x ON x.order_key = p.first_key JOIN work.order_prints y ON y.order_key = p.order_key
JOIN prices r ON r.first_key = p.first_key AND r.order_key = p.order_key
WHERE p.first_key IN (SELECT order_key FROM scope.orders) OR p.order_key IN (SELECT order_key FROM scope.orders);
