/* ---
title: What came back does not show an order entered twice
entity: orders
kind: duplicate_order
severity: high
dimension: uniqueness
line_of_defence: 3
origin_stage: entry
reach: neighbours
needs: [orders.customer_id, order_lines.sku, order_lines.quantity]
sentence: "The same products and quantities as order {observed} of the same customer, for the same day and place, and what came back or was reported fits ({evidence})."
parameters: {likely: 0.8}
--- */
-- The same lines and the same head within four days, which could as well be two orders at entry, until all goods of one of
-- them came back or were credited, or one was reported as entered twice (work.order_copies).
SELECT record_key, order_key, order_id, 'order_id' AS field, first_order AS observed, sure_today AS confidence, evidence
FROM work.order_copies
WHERE is_same AND sure_at_entry < $likely AND sure_today >= $likely
