/* ---
title: The payment terms are those agreed with the customer
entity: orders
kind: wrong_terms
severity: medium
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: reference
needs: [orders.payment_terms, orders.customer_id, customers.payment_terms]
checked: "payment_terms IS NOT NULL AND customer_id IS NOT NULL"
sentence: "The order says {observed} ({evidence}), agreed with this customer is {expected}."
parameters: {usual_share: 0.2, usual_orders: 3, agrees: 0.7}
--- */
-- Terms of an earlier version of the master, and terms that the customer often has, are not wrong. A source whose
-- orders mostly differ from the master does not take its terms from there.
WITH agreed AS (
  SELECT _system, customer_id, payment_terms FROM core.customers WHERE payment_terms IS NOT NULL
  UNION SELECT _system, customer_id, payment_terms FROM history.customers WHERE payment_terms IS NOT NULL
), counted AS (
  SELECT _system, customer_id, payment_terms, count(*) AS orders
  FROM core.orders WHERE payment_terms IS NOT NULL AND customer_id IS NOT NULL GROUP BY ALL
), used AS (
  SELECT *, sum(orders) OVER (PARTITION BY _system, customer_id) AS all_orders FROM counted
), agreement AS (
  SELECT u._system, sum(u.orders) FILTER (a.payment_terms IS NOT NULL) / sum(u.orders) AS share
  FROM used u SEMI JOIN agreed k ON k._system = u._system AND k.customer_id = u.customer_id
  LEFT JOIN agreed a ON a._system = u._system AND a.customer_id = u.customer_id AND a.payment_terms = u.payment_terms
  GROUP BY u._system
), strange AS (
  SELECT u.*, c.payment_terms AS expected, g.share FROM used u
  JOIN core.customers c ON c._system = u._system AND c.customer_id = u.customer_id AND c.payment_terms IS NOT NULL
  JOIN agreement g ON g._system = u._system AND g.share >= $agrees
  ANTI JOIN agreed a ON a._system = u._system AND a.customer_id = u.customer_id AND a.payment_terms = u.payment_terms
  WHERE NOT (u.orders >= $usual_orders AND u.orders >= $usual_share * u.all_orders)
)
SELECT o.record_key, o.order_key, o.order_id, 'payment_terms' AS field, o.payment_terms AS observed, s.expected,
  s.expected AS suggested, 0.9 AS confidence,
  'so on ' || work.say_of(s.orders, s.all_orders) || CASE s.all_orders WHEN 1 THEN ' order' ELSE ' orders' END || ' of this customer' AS evidence
FROM scope.orders o
JOIN strange s ON s._system = o._system AND s.customer_id = o.customer_id AND s.payment_terms = o.payment_terms
