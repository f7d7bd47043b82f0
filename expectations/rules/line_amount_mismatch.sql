/* ---
title: A line's amount is quantity times price
entity: order_lines
kind: line_amount_mismatch
severity: medium
dimension: consistency
line_of_defence: 1
origin_stage: entry
reach: record
needs: [order_lines.net_amount, order_lines.unit_price, order_lines.quantity]
checked: "net_amount IS NOT NULL AND unit_price IS NOT NULL AND quantity IS NOT NULL AND _source IS DISTINCT FROM 'derived'"
sentence: "The line says {observed}; quantity times price is {expected} ({evidence})."
parameters: {fits: 0.9, absolute: 0.02, relative: 0.002, sample: 20000}
--- */
-- Whether the price is net of the discount, and per ordered or per base unit, differs by system: the data say which, on
-- some tens of thousands of orders.
-- A system of which fewer than $fits of the lines fit one convention is not judged.
WITH computed AS (
  SELECT record_key, _system, net_amount, unnest([
    {'convention': 'quantity x price x (1 - discount)', 'amount': quantity::DOUBLE * unit_price::DOUBLE * (1 - coalesce(discount, 0))},
    {'convention': 'quantity x price, the price being net of discount', 'amount': quantity::DOUBLE * unit_price::DOUBLE},
    {'convention': 'base quantity x price x (1 - discount)', 'amount': base_quantity::DOUBLE * unit_price::DOUBLE * (1 - coalesce(discount, 0))},
    {'convention': 'base quantity x price, the price being net of discount', 'amount': (base_quantity::DOUBLE * unit_price::DOUBLE)}
  ], recursive := true)
  FROM core.order_lines
  WHERE net_amount IS NOT NULL AND unit_price IS NOT NULL AND quantity IS NOT NULL AND _source IS DISTINCT FROM 'derived'
    AND hash(order_key) % (SELECT greatest(1, count(*) // $sample)::UBIGINT FROM core.orders) = 0
), fitting AS (
  SELECT _system, convention,
    avg((abs(net_amount - amount) <= greatest($absolute, $relative * abs(net_amount)))::INTEGER) AS share
  FROM computed WHERE amount IS NOT NULL
  GROUP BY ALL HAVING share >= $fits
), chosen AS (
  SELECT _system, arg_max(convention, (share, convention)) AS convention, max(share) AS share FROM fitting GROUP BY _system
), judged AS (
  SELECT l.*, c.convention, c.share, round(CASE
    WHEN c.convention = 'quantity x price x (1 - discount)' THEN l.quantity::DOUBLE * l.unit_price::DOUBLE * (1 - coalesce(l.discount, 0))
    WHEN c.convention = 'quantity x price, the price being net of discount' THEN l.quantity::DOUBLE * l.unit_price::DOUBLE
    WHEN c.convention = 'base quantity x price x (1 - discount)'
      THEN l.base_quantity::DOUBLE * l.unit_price::DOUBLE * (1 - coalesce(l.discount, 0))
    ELSE l.base_quantity::DOUBLE * l.unit_price::DOUBLE END, 2) AS amount
  FROM scope.order_lines l JOIN chosen c ON c._system = l._system
  WHERE l._source IS DISTINCT FROM 'derived'
)
SELECT record_key, order_key, order_id, line_id, 'net_amount' AS field, net_amount::VARCHAR AS observed,
  amount::VARCHAR AS expected, amount::VARCHAR AS suggested, share AS confidence,
  convention || ' holds for ' || work.say_share(share) || ' of the lines' AS evidence
FROM judged
WHERE abs(net_amount - amount) > greatest($absolute, $relative * abs(net_amount))
