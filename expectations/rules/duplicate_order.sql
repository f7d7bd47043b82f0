/* ---
title: An order is entered once
entity: orders
kind: duplicate_order
severity: high
dimension: uniqueness
line_of_defence: 1
origin_stage: entry
reach: neighbours
needs: [orders.customer_id, order_lines.sku, order_lines.quantity]
sentence: "The same products and quantities as order {observed} of the same customer, for the same day and place ({evidence})."
parameters: {likely: 0.6}
--- */
-- The same lines and the same head within four days, where neither chance nor the customer's habit of ordering so explains it
-- (work.order_copies). What differs in a line or in the head is a near duplicate.
SELECT record_key, order_key, order_id, 'order_id' AS field, first_order AS observed, sure AS confidence,
  lines || CASE WHEN lines = 1 THEN ' line, ' ELSE ' lines, ' END || minutes || ' minutes later'
    || CASE WHEN first_user <> second_user THEN ', by another user' ELSE '' END AS evidence
FROM work.order_copies
WHERE is_exact AND likeness = 'head' AND same_name AND sure >= $likely
