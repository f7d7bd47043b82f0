/* ---
title: The place of delivery belongs to the customer
entity: orders
kind: wrong_ship_to
severity: high
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: reference
needs: [orders.ship_to, orders.customer_id, customers.ship_tos]
checked: "ship_to IS NOT NULL AND customer_id IS NOT NULL"
sentence: "{observed} is a place of delivery of {evidence}, not of this customer."
parameters: {established: 3, share: 0.005}
--- */
-- A place that nobody has is a new one, and new places are no mistake. A place that belongs to somebody else is,
-- unless the customer has used it $established times, and for $share of the orders.
WITH places AS (
  SELECT DISTINCT _system, customer_id, trim(unnest(string_split(ship_tos, '|'))) AS ship_to
  FROM core.customers WHERE ship_tos IS NOT NULL
), used AS (
  SELECT _system, customer_id, ship_to, count(*) AS orders, sum(count(*)) OVER (PARTITION BY _system, customer_id) AS all_orders
  FROM core.orders
  WHERE ship_to IS NOT NULL AND customer_id IS NOT NULL GROUP BY _system, customer_id, ship_to
), foreign_places AS (
  SELECT u._system, u.customer_id, u.ship_to, min(p.customer_id) AS owner
  FROM used u
  JOIN places p ON p._system = u._system AND p.ship_to = u.ship_to
  ANTI JOIN places own ON own._system = u._system AND own.customer_id = u.customer_id AND own.ship_to = u.ship_to
  WHERE u.orders < greatest($established, $share * u.all_orders)
  GROUP BY ALL
), usual AS (
  SELECT _system, customer_id, arg_max(ship_to, (orders, ship_to)) AS ship_to
  FROM used SEMI JOIN places USING (_system, customer_id, ship_to) GROUP BY ALL
)
SELECT o.record_key, o.order_key, o.order_id, 'ship_to' AS field, o.ship_to AS observed, u.ship_to AS expected,
  u.ship_to AS suggested, 0.9 AS confidence, 'customer ' || f.owner AS evidence
FROM scope.orders o
JOIN foreign_places f ON f._system = o._system AND f.customer_id = o.customer_id AND f.ship_to = o.ship_to
LEFT JOIN usual u ON u._system = o._system AND u.customer_id = o.customer_id
