/* ---
grain: pair of orders of one customer, one of them checked, with nearly the same lines
makes: order_pairs
refresh: always
--- */
-- Orders of the same customer (by key, or by the same name in the master) within 96 hours that have the same lines, or two at
-- least in common and one line at most that differs: one less, one more, another quantity. Each order is known by the sum of
-- its lines' prints; take one line out, and orders that differ by it are equal. What a customer orders in the same way thirty
-- times in four days tells nothing and is left out. `same_price` is whether all lines in common have the same price and discount,
-- `same_promise` whether two orders for the same day were promised for the same one; null where that is not known.
CREATE OR REPLACE TEMP TABLE copy_pairs AS
WITH keys AS (
  SELECT hash(account, lines, content) AS same, slot, ordered_at, id, lines AS size FROM work.order_prints
  UNION ALL
  SELECT hash(p.account, p.lines - 1, p.content - l.print::HUGEINT), p.slot, p.ordered_at, p.id, p.lines - 1
  FROM work.order_prints p JOIN (SELECT hash(order_key) AS id, hash(sku, quantity) AS print FROM core.order_lines) l USING (id)
  WHERE p.lines >= 3
), repeated AS (
  SELECT same FROM keys GROUP BY same HAVING count(*) > 1
), again AS (
  FROM keys SEMI JOIN repeated USING (same)
), crowded AS (
  SELECT same, slot FROM again GROUP BY same, slot HAVING count(*) > 30
), telling AS (
  FROM again ANTI JOIN crowded USING (same, slot)
), places AS (
  SELECT a.id AS first_id, b.id, max(a.size) AS same_lines
  FROM (SELECT *, slot + unnest([0, 1]) AS later FROM telling) a
  JOIN telling b ON b.same = a.same AND b.slot = a.later AND b.id <> a.id AND b.ordered_at >= a.ordered_at
    AND b.ordered_at <= a.ordered_at + INTERVAL 96 HOUR
  GROUP BY a.id, b.id
), checked AS (
  SELECT hash(order_key) AS id FROM scope.orders
)
-- Of two orders of the same moment the one with the lower key is the first.
SELECT p.first_id, p.id, x.order_key AS first_key, y.order_key, y.party, x.lines AS first_lines, y.lines, p.same_lines,
  x.products = y.products AS same_products, y.products
FROM places p JOIN work.order_prints x ON x.id = p.first_id JOIN work.order_prints y ON y.id = p.id
WHERE (y.ordered_at > x.ordered_at OR y.order_key > x.order_key) AND (p.first_id IN (FROM checked) OR p.id IN (FROM checked));

-- The lines that two such orders have in common: of both, since an order may have one twice.
CREATE OR REPLACE TEMP TABLE copy_lines AS
WITH involved AS (
  SELECT first_id AS id FROM temp.copy_pairs UNION SELECT id FROM temp.copy_pairs
), lines AS (
  SELECT hash(order_key) AS id, rowid AS place, hash(sku, quantity) AS print, sku, unit, unit_price, coalesce(discount, 0) AS discount
  FROM core.order_lines WHERE rowid IN (SELECT rowid FROM core.order_lines WHERE hash(order_key) IN (SELECT DISTINCT id FROM involved))
)
SELECT p.first_id, p.id, b.place, b.sku, b.unit, a.unit_price = b.unit_price AND a.discount = b.discount AS same_price
FROM temp.copy_pairs p JOIN lines a ON a.id = p.first_id JOIN lines b ON b.id = p.id AND b.print = a.print;

CREATE OR REPLACE VIEW work.copy_lines AS FROM temp.copy_lines;

CREATE OR REPLACE TEMP TABLE order_pairs AS
WITH prices AS (
  SELECT first_id, id, bool_and(same_price) AS same_price
  FROM (SELECT first_id, id, bool_or(same_price) AS same_price FROM temp.copy_lines GROUP BY first_id, id, place)
  GROUP BY first_id, id
), involved AS (
  SELECT first_key AS order_key FROM temp.copy_pairs UNION SELECT order_key FROM temp.copy_pairs
), heads AS MATERIALIZED (
  SELECT hash(order_key) AS id, record_key, order_id, _system, entered_by, customer_id, customer_name, ordered_at, channel, ship_to,
    requested_delivery_date, promised_delivery_date
  FROM work.orders_of('involved')
)
SELECT p.first_id, p.id, b.record_key, p.order_key, b.order_id, b._system, p.party, a.order_id AS first_order, p.first_key,
  p.first_lines, p.lines, p.same_lines, a.entered_by AS first_user, b.entered_by AS second_user,
  a.customer_id AS first_customer, b.customer_id, date_diff('minute', a.ordered_at, b.ordered_at) AS minutes,
  a.requested_delivery_date IS NOT DISTINCT FROM b.requested_delivery_date AS same_date,
  a.ship_to IS NOT DISTINCT FROM b.ship_to OR a.customer_id <> b.customer_id AS same_place,
  a.channel IS NOT DISTINCT FROM b.channel AS same_channel,
  lower(trim(a.customer_name)) IS NOT DISTINCT FROM lower(trim(b.customer_name)) AS same_name,
  CASE WHEN a.requested_delivery_date IS NOT DISTINCT FROM b.requested_delivery_date
    THEN a.promised_delivery_date = b.promised_delivery_date END AS same_promise, r.same_price,
  p.first_lines = p.lines AND p.first_lines = p.same_lines AS is_exact, p.same_products, p.products
FROM temp.copy_pairs p JOIN heads a ON a.id = p.first_id JOIN heads b ON b.id = p.id
JOIN prices r ON r.first_id = p.first_id AND r.id = p.id;

CREATE OR REPLACE VIEW work.order_pairs AS FROM temp.order_pairs;

DROP TABLE temp.copy_pairs;
