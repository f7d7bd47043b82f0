/* ---
title: Two systems say the same of one order
entity: orders
kind: system_mismatch
severity: high
dimension: consistency
line_of_defence: 3
reach: clock
needs: [order_links.other_order_id, orders]
sentence: "{field}: this order says {observed}, its twin {evidence} says {expected}."
parameters:
  agrees: 0.9      # systems of which fewer orders agree on a field do not mean the same by it
  minimum: 20
  established: 5   # so often a customer of one system went with the same one of the other before that is expected
--- */
-- A value that goes with another name in the other system is compared with the name that usually goes with it.
WITH pairs AS (
  FROM work.linked_pairs('scope.order_links')
), cells AS (
  SELECT c.*, f.n, f.same_n, v.there AS usual, v.n AS usual_n, v.all_n
  FROM work.linked_cells('pairs') c
  JOIN work.linked_fields f USING (_system, other_system, field)
  LEFT JOIN work.linked_values v ON v._system = c._system AND v.other_system = c.other_system AND v.field = c.field AND v.here = c.here
), differing AS (
  SELECT *, order_key AS record_key, CASE WHEN same_n >= $agrees * n THEN same_n / n ELSE usual_n / all_n END AS share FROM cells
  WHERE NOT work.same_in_both(field, here, there)
    AND ((n >= $minimum AND same_n >= $agrees * n)
         OR (usual_n >= $established AND usual_n >= $agrees * all_n AND NOT work.same_value(there, usual)))
), culprits AS (
  -- The recorded change after which the two differ: one that took its order away from what the other still says.
  SELECT d.record_key, d.field, arg_max({'who': c.changed_by, 'moment': c.changed_at}, (c.changed_at, c.record_key)) AS change
  FROM differing d JOIN core.order_changes c ON c.order_key IN (d.order_key, d.other_key) AND c.field = d.field AND c.line_id IS NULL
  WHERE work.same_value(c.new_value, CASE WHEN c.order_key = d.order_key THEN d.here ELSE d.there END)
    AND work.same_value(c.old_value, CASE WHEN c.order_key = d.order_key THEN d.there ELSE d.here END)
  GROUP BY ALL
)
SELECT d.record_key, d.order_key, d.order_id, d.field, d.here AS observed, d.there AS expected, round(d.share, 4) AS confidence,
  d.other_key || ' (' || d.other_system || ')' AS evidence, u.change.who AS origin_user, u.change.moment AS origin_at
FROM differing d LEFT JOIN culprits u USING (record_key, field)
