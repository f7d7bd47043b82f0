/* ---
title: A line's gross amount is net plus tax
entity: order_lines
kind: gross_mismatch
severity: medium
dimension: consistency
line_of_defence: 1
origin_stage: entry
reach: record
needs: [order_lines.net_amount, order_lines.tax_amount, order_lines.gross_amount]
checked: "net_amount IS NOT NULL AND tax_amount IS NOT NULL AND gross_amount IS NOT NULL AND _source IS DISTINCT FROM 'derived'"
sentence: "{field} {observed} does not fit; probably {suggested} is meant ({evidence})."
parameters: {fits: 0.9}
--- */
-- Judged where net and tax make the gross amount in $fits of the lines. Which of the three amounts is wrong: see
-- norms/17_wrong_amounts.sql.
SELECT record_key, order_key, order_id, line_id, field, observed::VARCHAR AS observed, suggested::VARCHAR AS expected, suggested::VARCHAR AS suggested,
  confidence, told || '; in ' || work.say_share(share) || ' of ' || work.say_count(records, 'line', 'lines') || ' they add up' AS evidence
FROM work.wrong_amounts WHERE finding = 'sum' AND entity = 'order_lines' AND share >= $fits
