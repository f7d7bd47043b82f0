/* ---
title: The unit is one of the product's, and the one that fits the quantity
entity: order_lines
kind: wrong_unit
severity: high
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: reference
needs: [order_lines.unit, order_lines.sku, products.unit]
checked: "unit IS NOT NULL AND sku IS NOT NULL"
sentence: "{observed} is not the unit of this line ({evidence}); probably {suggested} is meant."
parameters: {near: 0.5, agrees: 0.9, history: 3}
--- */
-- Either the product is not sold in this unit at all, or the quantity is usual in the unit that this customer always
-- uses and off by the pack size in the one written here.
WITH foreign_unit AS (
  SELECT l.record_key, l.order_key, l.order_id, l.line_id, l.unit, m.unit AS meant, 0.95 AS confidence,
    'the product is sold in ' || concat_ws(' and ', m.unit, m.pack_unit) AS evidence
  FROM scope.order_lines l JOIN core.products m ON m._system = l._system AND m.sku = l.sku
  WHERE l.unit IS NOT NULL AND m.unit IS NOT NULL AND l.unit <> m.unit AND l.unit IS DISTINCT FROM m.pack_unit
    AND NOT EXISTS (FROM core.prices p WHERE p._system = l._system AND p.sku = l.sku AND p.unit = l.unit)
), agreement AS (
  SELECT count(*) FILTER (l.unit = m.unit OR l.unit = m.pack_unit) / count(*) AS share
  FROM scope.order_lines l JOIN core.products m ON m._system = l._system AND m.sku = l.sku
  WHERE l.unit IS NOT NULL AND m.unit IS NOT NULL
), unusual_unit AS (
  SELECT record_key, order_key, order_id, line_id, unit, usual_unit AS meant, 0.8 AS confidence,
    format('all {:,} other lines of this customer and product are in ', all_lines) || usual_unit AS evidence
  FROM work.unusual_quantities
  WHERE unit <> usual_unit AND history_lines = 0 AND all_lines >= $history AND pack_size > 1
    AND abs(abs(deviation) - ln(pack_size::DOUBLE)) <= $near
)
SELECT record_key, order_key, order_id, line_id, 'unit' AS field, unit AS observed, meant AS expected, meant AS suggested,
  confidence, evidence
FROM foreign_unit, agreement WHERE share >= $agrees
UNION ALL BY NAME
SELECT record_key, order_key, order_id, line_id, 'unit' AS field, unit AS observed, meant AS expected, meant AS suggested,
  confidence, evidence
FROM unusual_unit ANTI JOIN foreign_unit USING (record_key)
