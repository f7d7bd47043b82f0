/* ---
title: An order line has the fields that lines of orders of its type and channel always have
entity: order_lines
kind: missing_field
severity: medium
dimension: completeness
line_of_defence: 1
origin_stage: entry
reach: record
needs: [order_lines]
checked: "_source IS DISTINCT FROM 'derived'"
sentence: "{field} is missing; {evidence}."
parameters: {at_least: 0.98}
--- */
-- A field that nearly all lines of orders of this type and channel have, though the source as a whole has it less often: what all
-- lines should have is left to the rules about the whole source. $at_least is asked of the lower end of the share's 95 %
-- interval, so that it takes some two hundred lines without a gap. See norms/40_filled_fields.sql.
SELECT record_key, order_key, order_id, line_id, field, 0.9 AS confidence,
  format('{:,} of {:,} lines of orders', filled, records) || sort || ' have it' AS evidence
FROM work.missing_fields WHERE entity = 'order_lines' AND verdict = 'learned' AND at_least >= $at_least
