/* ---
title: A customer without a master is spelt as in his other orders
entity: orders
kind: misspelt_customer
severity: medium
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: record
needs: [orders.customer_name]
applies:
  when: "EXISTS (FROM (SELECT DISTINCT _system FROM core.orders WHERE customer_name IS NOT NULL) WHERE _system NOT IN (SELECT _system FROM core.customers WHERE name IS NOT NULL))"
  otherwise: "Customers have a master file: names are compared with it (misspelt_customer)."
checked: "customer_name IS NOT NULL"
cannot_tell:
  count: "SELECT coalesce(sum(records), 0)::BIGINT FROM work.usual_texts WHERE entity = 'orders' AND field = 'customer_name' AND records < $established AND _system NOT IN (SELECT _system FROM core.customers WHERE name IS NOT NULL)"
  because: "their customer's name stands in too few orders (parameter established) to be the right spelling of another one"
sentence: "{observed} is probably {suggested}: {evidence}."
parameters: {established: 5, at_most: 2}
--- */
-- A name that $at_most orders have, a slip of the finger away (sql/spelling.sql) from one that $established have, and five times as
-- many as this one. Told only where no other frequent name is as near, and where the key, if one is given beside the
-- name, is not another customer's. Names are counted when norms are measured (norms/30_usual_texts.sql).
WITH without_master AS (
  SELECT DISTINCT _system FROM scope.orders ANTI JOIN (SELECT _system FROM core.customers WHERE name IS NOT NULL) USING (_system)
), names AS (
  SELECT _system, value, records, lower(strip_accents(regexp_replace(trim(value), '\s+', ' ', 'g'))) AS plain
  FROM work.usual_texts SEMI JOIN without_master USING (_system) WHERE entity = 'orders' AND field = 'customer_name'
), frequent AS (
  FROM names WHERE records >= $established
), written AS (
  SELECT o._system, o.customer_name AS value, lower(strip_accents(regexp_replace(trim(o.customer_name), '\s+', ' ', 'g'))) AS plain,
    greatest(count(*), any_value(coalesce(n.records, 0))) AS records
  FROM scope.orders o SEMI JOIN without_master USING (_system)
  LEFT JOIN names n ON n._system = o._system AND n.value = o.customer_name
  WHERE o.customer_name IS NOT NULL GROUP BY ALL
), near AS (
  SELECT w._system, w.value, w.records, f.value AS meant, f.records AS meant_records
  FROM written w JOIN frequent f ON f._system = w._system AND (f.plain[:3] = w.plain[:3] OR f.plain[-4:] = w.plain[-4:])
    AND f.value <> w.value AND work.is_slip(w.plain, f.plain)
  WHERE w.records <= $at_most AND f.records >= 5 * w.records
  QUALIFY count(*) OVER (PARTITION BY w._system, w.value) = 1
), keys AS (
  -- The keys that the meant customer has; a key that is only the name again says nothing.
  SELECT o._system, o.customer_name AS meant, list(DISTINCT o.customer_id) AS customer_ids
  FROM core.orders o JOIN (SELECT DISTINCT _system, meant FROM near) n ON n._system = o._system AND n.meant = o.customer_name
  WHERE o.customer_id <> o.customer_name GROUP BY ALL
)
SELECT o.record_key, o.order_key, o.order_id, 'customer_name' AS field, o.customer_name AS observed, n.meant AS expected,
  n.meant AS suggested, CASE WHEN o.customer_id <> o.customer_name THEN 0.95 ELSE 0.8 END AS confidence,
  format('{:,} orders name {}, ', n.meant_records, n.meant) || CASE n.records WHEN 1 THEN 'this one alone ' ELSE format('{:,} ', n.records) END || o.customer_name AS evidence
FROM scope.orders o JOIN near n ON n._system = o._system AND n.value = o.customer_name
LEFT JOIN keys k ON k._system = n._system AND k.meant = n.meant
WHERE o.customer_id IS NULL OR o.customer_id = o.customer_name OR list_contains(k.customer_ids, o.customer_id)
