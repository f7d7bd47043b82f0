/* ---
title: A line's tax has the rate of its kind
entity: order_lines
kind: wrong_tax
severity: medium
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: neighbours
needs: [order_lines.net_amount, order_lines.tax_amount]
checked: "net_amount IS NOT NULL AND tax_amount IS NOT NULL AND _source IS DISTINCT FROM 'derived'"
sentence: "The tax {observed} is probably {suggested} ({evidence})."
parameters: {usually: 0.95, minimum: 30}
--- */
-- Judged where $usually of $minimum lines or more have a rate that is in use. Who is taxed otherwise on several lines is not
-- found: norms/17_wrong_amounts.sql.
SELECT record_key, order_key, order_id, line_id, field, observed::VARCHAR AS observed, suggested::VARCHAR AS expected, suggested::VARCHAR AS suggested,
  confidence, told AS evidence
FROM work.wrong_amounts WHERE finding = 'rate' AND entity = 'order_lines' AND share >= $usually AND records >= $minimum
