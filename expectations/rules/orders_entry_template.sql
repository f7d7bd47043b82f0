/* ---
title: An order has the fields that its entry template asks for
entity: orders
kind: missing_field
severity: high
dimension: completeness
line_of_defence: 1
origin_stage: entry
reach: record
needs: [orders]
applies:
  when: "EXISTS (FROM work.entry_templates WHERE entity = 'orders' AND required)"
  otherwise: "No entry template asks for a field of orders; lay one down in config/entry_templates.yaml."
checked: "_source IS DISTINCT FROM 'derived'"
sentence: "{field} is missing; {evidence}."
--- */
-- config/entry_templates.yaml, by order type and channel. See norms/41_missing_fields.sql.
SELECT record_key, order_key, order_id, field, 1.0 AS confidence,
  'the entry template (line ' || template_line || ') asks for it in orders' || sort AS evidence
FROM work.missing_fields WHERE entity = 'orders' AND verdict = 'required'
