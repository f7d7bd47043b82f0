/* ---
title: In a small list no order stands twice
entity: orders
kind: duplicate_order
severity: high
dimension: uniqueness
line_of_defence: 1
origin_stage: entry
reach: neighbours
needs: [orders.ordered_at, order_lines.sku, order_lines.quantity]
checked: "ordered_at IS NOT NULL"
sentence: "The same customer, day and lines as order {observed} ({evidence})."
parameters: {likely: 0.8, copies: 0.002, at_least: 20, at_most: 3000}
--- */
-- Where there are so few orders that it cannot be measured how often they are copied (as duplicate_order does): $copies of the
-- orders are taken to be, and weighed against chance. How often two orders of one customer have the same lines by chance or
-- habit is counted in the list itself, on those of different days, one line and several apart; a customer who orders the
-- same again and again is judged by himself. The customer is his key, else his name; what programs enter is left out.
WITH systems AS (
  SELECT _system, count(*) AS orders FROM core.orders GROUP BY _system HAVING count(*) BETWEEN $at_least AND $at_most
), programs AS (
  SELECT _system, user_id FROM core.users WHERE automatic
), heads AS (
  SELECT o.record_key, o.order_key, o.order_id, o._system, o._file_no, o._line, s.orders, o.requested_delivery_date, o.ship_to, o.order_type,
    coalesce(o.customer_id, lower(trim(o.customer_name))) AS party, work.day_of(o.ordered_at) AS day
  FROM core.orders o JOIN systems s USING (_system)
  ANTI JOIN programs p ON p._system = o._system AND p.user_id = o.entered_by
  WHERE o.ordered_at IS NOT NULL AND party IS NOT NULL AND o.cancelled_at IS NULL AND coalesce(o.order_class, 'sale') = 'sale'
), prints AS (
  SELECT order_key, count(*) AS lines, sum(hash(sku, quantity, unit_price, discount)::HUGEINT) AS content
  FROM core.order_lines SEMI JOIN heads USING (order_key) GROUP BY order_key
  HAVING count(sku) = count(*) AND count(quantity) = count(*)
), known AS (
  SELECT *, least(lines, 2) AS sort FROM heads JOIN prints USING (order_key)
), pairs AS (
  SELECT a.order_id AS first_order, a.order_key AS first_key, b.record_key, b.order_key, b.order_id, b._system, b.orders, b.party, b.sort, b.lines,
    a.content = b.content AS is_same, a.day = b.day AS same_day,
    a.requested_delivery_date IS NOT DISTINCT FROM b.requested_delivery_date AND a.ship_to IS NOT DISTINCT FROM b.ship_to
      AND a.order_type IS NOT DISTINCT FROM b.order_type AS same_head
  FROM known a JOIN known b ON b._system = a._system AND b.party = a.party AND b.sort = a.sort
    AND (b.day, b._file_no, b._line, b.order_key) > (a.day, a._file_no, a._line, a.order_key)
), of_party AS (
  SELECT _system, sort, party, count(*) FILTER (NOT same_day) AS apart, count(*) FILTER (NOT same_day AND is_same) AS again,
    count(*) FILTER (same_day) AS near
  FROM pairs GROUP BY ALL
), of_system AS (
  SELECT _system, sort, sum(apart) AS apart, sum(again) AS again, sum(near) AS near FROM of_party GROUP BY ALL
), told AS (
  SELECT order_key, first_key FROM work.order_copies WHERE sure_at_entry >= $likely
), weighed AS (
  SELECT p.*, s.apart, s.again, $copies * p.orders AS copies,
    greatest((s.again + 0.5) / (s.apart + 1), CASE WHEN o.again > 0 THEN o.again / o.apart ELSE 0 END) * s.near AS by_chance
  FROM pairs p JOIN of_system s USING (_system, sort) JOIN of_party o USING (_system, sort, party)
  WHERE p.same_day AND p.is_same AND p.same_head
)
SELECT record_key, order_key, order_id, 'order_id' AS field, first_order AS observed, copies / (copies + by_chance) AS confidence,
  work.say_count(lines, 'line', 'lines') || format('; of {:,} pairs of orders of one customer on different days {:,} have the same', apart, again) AS evidence
FROM weighed
WHERE copies / (copies + by_chance) >= $likely
  AND (order_key IN (SELECT order_key FROM scope.orders) OR first_key IN (SELECT order_key FROM scope.orders))
  AND (order_key, first_key) NOT IN (FROM told) AND (first_key, order_key) NOT IN (FROM told)
QUALIFY row_number() OVER (PARTITION BY record_key ORDER BY first_order) = 1
