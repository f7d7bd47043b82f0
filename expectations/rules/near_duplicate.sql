/* ---
title: An order is not entered again with a small difference
entity: orders
kind: near_duplicate
severity: medium
dimension: uniqueness
line_of_defence: 1
origin_stage: entry
reach: neighbours
needs: [orders.customer_id, order_lines.sku, order_lines.quantity]
sentence: "Nearly the same as order {observed}: {evidence}."
parameters: {likely: 0.8}
--- */
-- All lines but one are the same, or all lines while date, place or customer differ, within four days; told where neither
-- chance nor a repeat explains it (work.order_copies). A customer held under two keys is known by the same name.
-- returned_near_duplicate tells what could as well be two orders until the goods came back.
SELECT record_key, order_key, order_id, 'order_id' AS field, first_order AS observed, sure_today AS confidence, evidence
FROM work.order_copies
WHERE NOT is_same AND sure_at_entry >= $likely
