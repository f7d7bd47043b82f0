/* ---
grain: order with a quantity that was changed with approval
makes: approved_changes
refresh: orders
--- */
-- What approved changes added to the order: an order is approved by the amount that it had without them.
SELECT c.order_key, sum(l.unit_price::DOUBLE * (1 - coalesce(l.discount, 0))
  * (TRY_CAST(c.new_value AS DOUBLE) - TRY_CAST(c.old_value AS DOUBLE))) AS amount
FROM scope.order_changes c JOIN scope.order_lines l ON l.order_key = c.order_key AND l.line_id = c.line_id
WHERE c.field = 'quantity' AND c.approved_by IS NOT NULL GROUP BY c.order_key
