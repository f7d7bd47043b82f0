/* ---
title: Two systems have the same lines of one order
entity: order_lines
kind: system_mismatch
severity: high
dimension: consistency
line_of_defence: 3
reach: clock
needs: [order_links.other_order_id, order_lines.sku, order_lines.quantity]
sentence: "{field}: this order has {observed}, its twin {evidence} has {expected}."
parameters:
  agrees: 0.9      # systems of which fewer lines agree do not mean the same by them
  minimum: 20
--- */
-- Quantities are added up by product, since either system may have cut the order into lines in its own way.
WITH pairs AS (
  FROM work.linked_pairs('scope.order_links')
), lines AS (
  FROM work.linked_lines('pairs')
), judged AS (
  SELECT _system, other_system, field, same_n / n AS share FROM work.linked_fields WHERE n >= $minimum AND same_n >= $agrees * n
), differing AS (
  SELECT l.*, 'quantity' AS field, l.here::VARCHAR AS observed, l.there::VARCHAR AS expected FROM lines l
  WHERE l.is_matched AND abs(l.here - l.there) > 0.0001
  UNION ALL
  SELECT l.*, 'sku', l.sku, 'no such product' FROM lines l WHERE NOT l.is_matched
), culprits AS (
  SELECT d.record_key, arg_max({'who': c.changed_by, 'moment': c.changed_at}, (c.changed_at, c.record_key)) AS change
  FROM differing d JOIN core.order_changes c ON c.order_key = d.order_key AND c.line_id = d.line_id AND c.field = d.field
  WHERE work.same_value(c.new_value, d.observed) AND work.same_value(c.old_value, d.expected) GROUP BY d.record_key
)
SELECT d.record_key, d.order_key, o.order_id, d.line_id, d.field, d.observed, d.expected, round(j.share, 4) AS confidence,
  d.other_key || ' (' || d.other_system || ')' AS evidence, u.change.who AS origin_user, u.change.moment AS origin_at
FROM differing d
JOIN judged j USING (_system, other_system, field)
JOIN scope.orders o USING (order_key)
LEFT JOIN culprits u ON u.record_key = d.record_key
