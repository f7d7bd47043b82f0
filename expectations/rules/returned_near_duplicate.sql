/* ---
title: What came back does not show an order entered again with a small difference
entity: orders
kind: near_duplicate
severity: medium
dimension: uniqueness
line_of_defence: 3
origin_stage: entry
reach: neighbours
needs: [orders.customer_id, order_lines.sku, order_lines.quantity]
sentence: "Nearly the same as order {observed}, and what came back or was reported fits: {evidence}."
parameters: {likely: 0.8}
--- */
-- What near_duplicate could not tell at entry, until all goods of one of the two orders came back or were credited, or one
-- was reported as entered twice (work.order_copies).
SELECT record_key, order_key, order_id, 'order_id' AS field, first_order AS observed, sure_today AS confidence, evidence
FROM work.order_copies
WHERE NOT is_same AND sure_at_entry < $likely AND sure_today >= $likely
