/* ---
title: The place of delivery is one that the customer uses
entity: orders
kind: wrong_ship_to
severity: high
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: neighbours
needs: [orders.ship_to, orders.customer_id]
applies:
  when: "NOT EXISTS (FROM core.customers WHERE ship_tos IS NOT NULL)"
  otherwise: "The customers' places of delivery are given; wrong_ship_to judges by them."
checked: "ship_to IS NOT NULL AND customer_id IS NOT NULL"
sentence: "This customer never had goods sent to {observed}, {evidence}; probably {suggested} is meant."
parameters: {orders: 5, stable: 0.8, exclusive: 0.9}
--- */
-- Without masters, the orders themselves show whose a place is: all its other orders, $orders or more, are of one other
-- customer; this one used it once, and sends $stable of $orders orders or more to one place. Where places of $orders
-- orders are shared (fewer than $exclusive of them have one customer), nobody owns a place.
WITH used AS (
  SELECT _system, customer_id, ship_to, count(*) AS orders FROM core.orders
  WHERE ship_to IS NOT NULL AND customer_id IS NOT NULL GROUP BY ALL
), places AS (
  SELECT _system, ship_to, sum(orders) AS orders, max(orders) AS of_owner, arg_max(customer_id, (orders, customer_id)) AS owner,
    count(*) AS customers
  FROM used GROUP BY ALL
), owned AS (
  SELECT _system, avg((of_owner >= orders - 1)::INTEGER) AS share FROM places WHERE orders >= $orders GROUP BY _system
), usual AS (
  SELECT _system, customer_id, sum(orders) AS orders, max(orders) AS at_usual, arg_max(ship_to, (orders, ship_to)) AS ship_to
  FROM used GROUP BY ALL
)
SELECT o.record_key, o.order_key, o.order_id, 'ship_to' AS field, o.ship_to AS observed, c.ship_to AS expected,
  c.ship_to AS suggested, 0.85 AS confidence,
  format('where {:,} orders of customer {} went; {:,} of this customer''s {:,} orders went elsewhere', p.of_owner, p.owner,
    c.at_usual::BIGINT, c.orders::BIGINT) AS evidence
FROM scope.orders o
JOIN used u ON u._system = o._system AND u.customer_id = o.customer_id AND u.ship_to = o.ship_to AND u.orders = 1
JOIN places p ON p._system = o._system AND p.ship_to = o.ship_to AND p.owner <> o.customer_id AND p.customers = 2
JOIN usual c ON c._system = o._system AND c.customer_id = o.customer_id
JOIN owned w ON w._system = o._system
WHERE p.of_owner >= $orders AND c.at_usual >= $stable * c.orders AND c.at_usual >= $orders AND w.share >= $exclusive
