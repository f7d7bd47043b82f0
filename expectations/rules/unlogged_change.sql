/* ---
title: The current value is the one the change log ended with
entity: order_changes
kind: unlogged_change
severity: high
dimension: integrity
line_of_defence: 3
reach: order
needs: [order_changes.new_value]
sentence: "{field} now is {observed}, but the last recorded change had set it to {expected}."
--- */
-- Replay: the last recorded new value has to be the current one. Only fields that the contract has can be compared.
WITH last AS (
  SELECT order_key, order_id, line_id, field,
    arg_max({'new': new_value, 'record': record_key, 'moment': changed_at}, (changed_at, coalesce(seq, 0), change_id)) AS change
  FROM scope.order_changes WHERE coalesce(origin, 'log') = 'log' AND sub_key IS NULL
  GROUP BY ALL
), header AS (
  SELECT l.*, o.record_key, o.updated_by, o.updated_at, CASE l.field
    WHEN 'customer_id' THEN o.customer_id WHEN 'customer_name' THEN o.customer_name WHEN 'channel' THEN o.channel
    WHEN 'region' THEN o.region WHEN 'currency' THEN o.currency WHEN 'net_amount' THEN o.net_amount::VARCHAR
    WHEN 'requested_delivery_date' THEN o.requested_delivery_date::VARCHAR
    WHEN 'promised_delivery_date' THEN o.promised_delivery_date::VARCHAR WHEN 'ship_to' THEN o.ship_to
    WHEN 'payment_terms' THEN o.payment_terms WHEN 'status' THEN o.status END AS current
  FROM last l JOIN core.orders o USING (order_key)
  WHERE l.line_id IS NULL AND l.field IN ('customer_id', 'customer_name', 'channel', 'region', 'currency', 'net_amount',
    'requested_delivery_date', 'promised_delivery_date', 'ship_to', 'payment_terms', 'status')
), line AS (
  SELECT l.*, o.record_key, o.updated_by, o.updated_at, CASE l.field
    WHEN 'sku' THEN o.sku WHEN 'description' THEN o.description WHEN 'quantity' THEN o.quantity::VARCHAR
    WHEN 'unit' THEN o.unit WHEN 'unit_price' THEN o.unit_price::VARCHAR WHEN 'discount' THEN o.discount::VARCHAR
    WHEN 'net_amount' THEN o.net_amount::VARCHAR WHEN 'requested_delivery_date' THEN o.requested_delivery_date::VARCHAR
    WHEN 'promised_delivery_date' THEN o.promised_delivery_date::VARCHAR WHEN 'status' THEN o.status END AS current
  FROM last l JOIN core.order_lines o ON o.order_key = l.order_key AND o.line_id = l.line_id
  WHERE l.field IN ('sku', 'description', 'quantity', 'unit', 'unit_price', 'discount', 'net_amount',
    'requested_delivery_date', 'promised_delivery_date', 'status')
), compared AS (
  SELECT *, nullif(change.new, '') AS logged FROM (FROM header UNION ALL FROM line)
)
SELECT change.record AS record_key, order_key, order_id, line_id, field, current AS observed, logged AS expected,
  0.9 AS confidence, 'last recorded change at ' || change.moment AS evidence,
  CASE WHEN updated_at > change.moment THEN updated_by END AS origin_user,
  CASE WHEN updated_at > change.moment THEN updated_at END AS origin_at
FROM compared
WHERE current IS DISTINCT FROM logged
  AND coalesce(abs(TRY_CAST(current AS DOUBLE) - TRY_CAST(logged AS DOUBLE)) > 0.00005, true)
  AND coalesce(TRY_CAST(current AS TIMESTAMP) <> TRY_CAST(logged AS TIMESTAMP), true)
