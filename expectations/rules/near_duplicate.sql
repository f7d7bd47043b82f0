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
parameters: {likely: 0.65}
--- */
-- All lines but one are the same, or all lines while date, place or customer differ, within four days; told where neither
-- chance nor a repeat explains it (work.order_copies). A customer held under two keys is known by the same name.
SELECT record_key, order_key, order_id, 'order_id' AS field, first_order AS observed, sure AS confidence,
  concat_ws(', ',
    same_lines || CASE WHEN same_lines = 1 THEN ' line' ELSE ' lines' END || ' in common',
    CASE WHEN lines > first_lines THEN 'one more' WHEN lines < first_lines THEN 'one less'
         WHEN NOT is_exact AND same_products THEN 'one in another quantity' WHEN NOT is_exact THEN 'one of another product' END,
    CASE WHEN NOT same_date THEN 'for another date' END, CASE WHEN NOT same_place THEN 'for another place' END,
    CASE WHEN customer_id <> first_customer THEN 'under another key of the customer' WHEN NOT same_name THEN 'the name spelt otherwise' END,
    minutes || ' minutes later', CASE WHEN first_user <> second_user THEN 'by another user' END) AS evidence
FROM work.order_copies
WHERE NOT (is_exact AND likeness = 'head' AND same_name) AND sure >= $likely
