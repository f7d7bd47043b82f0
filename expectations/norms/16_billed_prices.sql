/* ---
grain: invoice of an order line with a price, of twenty to forty thousand orders
makes: billed_prices
refresh: orders
--- */
-- What an invoice bills beside what its line costs, to learn how the two hang together. Kept are the orders whose number is divided by a
-- power of two: as a history grows each sample is a part of the one before it, and no order has to be looked at again (`of_order` is that number).
WITH step AS (
  SELECT pow(2, floor(log2(greatest(1, count(*) / 20000))))::UBIGINT AS each FROM core.orders
), lines AS (
  SELECT order_key, line_id, _system, unit_price::DOUBLE AS price, 1 - coalesce(discount, 0) AS rate,
    base_quantity::DOUBLE / nullif(quantity, 0) AS pack, net_amount::DOUBLE / nullif(quantity, 0) AS net,
    gross_amount::DOUBLE / nullif(quantity, 0) AS gross
  FROM scope.order_lines WHERE hash(order_key) % (SELECT each FROM step) = 0 AND unit_price IS NOT NULL
), documents AS (
  SELECT order_key, line_id, amount::DOUBLE AS amount, quantity::DOUBLE AS quantity FROM scope.invoices
  WHERE hash(order_key) % (SELECT each FROM step) = 0 AND line_id IS NOT NULL AND coalesce(kind, 'invoice') = 'invoice'
    AND quantity > 0 AND amount IS NOT NULL
)
SELECT order_key, hash(order_key) AS of_order, _system, amount, quantity, price, rate, pack, net, gross
FROM documents JOIN lines USING (order_key, line_id)
