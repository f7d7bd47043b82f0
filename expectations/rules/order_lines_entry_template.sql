/* ---
title: An order line has the fields that its entry template asks for
entity: order_lines
kind: missing_field
severity: high
dimension: completeness
line_of_defence: 1
origin_stage: entry
reach: record
needs: [order_lines]
applies:
  when: "EXISTS (FROM work.entry_templates WHERE entity = 'order_lines' AND required)"
  otherwise: "No entry template asks for a field of order lines; lay one down in config/entry_templates.yaml."
checked: "_source IS DISTINCT FROM 'derived'"
sentence: "{field} is missing; {evidence}."
--- */
-- config/entry_templates.yaml, by order type and channel. See norms/41_missing_fields.sql.
SELECT record_key, order_key, order_id, line_id, field, 1.0 AS confidence,
  'the entry template (line ' || template_line || ') asks for it in lines of orders' || sort AS evidence
FROM work.missing_fields WHERE entity = 'order_lines' AND verdict = 'required'
