/* ---
title: An order's gross amount is net plus tax
entity: orders
kind: gross_mismatch
severity: medium
dimension: consistency
line_of_defence: 1
origin_stage: entry
reach: record
needs: [orders.net_amount, orders.tax_amount, orders.gross_amount]
checked: "net_amount IS NOT NULL AND tax_amount IS NOT NULL AND gross_amount IS NOT NULL AND _source IS DISTINCT FROM 'derived'"
sentence: "{field} {observed} does not fit; probably {suggested} is meant ({evidence})."
parameters: {fits: 0.9}
--- */
-- Judged where net and tax make the gross amount in $fits of the orders. Which of the three amounts is wrong: see
-- norms/17_wrong_amounts.sql.
SELECT record_key, order_key, order_id, field, observed::VARCHAR AS observed, suggested::VARCHAR AS expected, suggested::VARCHAR AS suggested,
  confidence, told || '; in ' || work.say_share(share) || ' of ' || work.say_count(records, 'order', 'orders') || ' they add up' AS evidence
FROM work.wrong_amounts WHERE finding = 'sum' AND entity = 'orders' AND share >= $fits
