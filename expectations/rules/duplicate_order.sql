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
parameters: {likely: 0.8}
--- */
-- The same lines and the same head within four days, where neither chance nor the customer's habit of ordering so explains it
-- (work.order_copies). What differs in a line or in the head is a near duplicate; returned_duplicate tells what could as well be
-- two orders until the goods came back.
SELECT record_key, order_key, order_id, 'order_id' AS field, first_order AS observed, sure_today AS confidence, evidence
FROM work.order_copies
WHERE is_same AND sure_at_entry >= $likely
