/* ---
title: The customer's name is spelt as in the master
entity: orders
kind: misspelt_customer
severity: medium
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: reference
needs: [orders.customer_name, customers.name]
checked: "customer_name IS NOT NULL"
sentence: "{observed} is not how this customer is called; probably {suggested} is meant ({evidence})."
parameters: {established: 5, similar: 0.8}
--- */
-- Names are compared without regard to case and spaces. A name that $established orders of the customer carry is in use.
-- A name that is exactly another customer's name is a wrong customer; the master's name of the key is suggested.
WITH names AS (
  SELECT _system, customer_id, name, name AS spelling FROM core.customers WHERE name IS NOT NULL
  UNION ALL
  SELECT _system, customer_id, name, unnest(string_split(aliases, '|')) FROM core.customers WHERE aliases IS NOT NULL
), known AS (
  SELECT DISTINCT _system, customer_id, name, regexp_replace(lower(trim(spelling)), '\s+', ' ', 'g') AS spelling FROM names
), written AS (
  SELECT _system, customer_id, customer_name, regexp_replace(lower(trim(customer_name)), '\s+', ' ', 'g') AS spelling,
    count(*) AS orders
  FROM core.orders WHERE customer_name IS NOT NULL
  GROUP BY ALL
), strange AS (
  SELECT w.* FROM written w
  WHERE w.orders < $established
    AND NOT EXISTS (FROM known k WHERE k._system = w._system AND k.spelling = w.spelling
                    AND k.customer_id IS NOT DISTINCT FROM coalesce(w.customer_id, k.customer_id))
), of_key AS (
  SELECT s._system, s.customer_id, s.customer_name, m.name AS meant,
    jaro_winkler_similarity(s.spelling, m.spelling) AS likeness,
    EXISTS (FROM known k WHERE k._system = s._system AND k.spelling = s.spelling) AS is_another
  FROM strange s JOIN known m ON m._system = s._system AND m.customer_id = s.customer_id
), of_no_key AS (
  SELECT s._system, s.customer_id, s.customer_name, m.name AS meant,
    jaro_winkler_similarity(s.spelling, m.spelling) AS likeness, false AS is_another
  FROM strange s
  JOIN known m ON m._system = s._system
    AND (m.spelling[:3] = s.spelling[:3] OR m.spelling[-4:] = s.spelling[-4:])
  WHERE NOT EXISTS (FROM core.customers c WHERE c._system = s._system AND c.customer_id = s.customer_id)
), best AS (
  SELECT * FROM (FROM of_key UNION ALL FROM of_no_key)
  QUALIFY row_number() OVER (
    PARTITION BY _system, customer_id, customer_name ORDER BY likeness DESC, meant) = 1
)
SELECT o.record_key, o.order_key, o.order_id, 'customer_name' AS field, o.customer_name AS observed, b.meant AS expected,
  b.meant AS suggested, CASE WHEN b.is_another THEN 0.7 ELSE greatest(b.likeness, 0.5) END AS confidence,
  CASE WHEN b.is_another THEN 'the name is that of another customer'
       ELSE 'similarity ' || round(b.likeness, 2) END AS evidence
FROM scope.orders o
JOIN best b ON b._system = o._system AND b.customer_name = o.customer_name
  AND b.customer_id IS NOT DISTINCT FROM o.customer_id
WHERE b.is_another OR b.likeness >= $similar OR o.customer_id IS NOT NULL
