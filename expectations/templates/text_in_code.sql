/* ---
title: "{entity_label}: no free text where a code belongs"
kind: text_in_code
severity: medium
dimension: validity
line_of_defence: 1
reach: record
sentence: "{{field}} holds the text {{observed}}; {{evidence}}."
parameters: {at_most: 0.02}
--- */
-- A text of several words in a field in which at most $at_most of the records have several words, or far longer than
-- any of the field's usual values. See norms/32_odd_texts.sql.
SELECT record_key, order_key, order_id, line_id, field, observed, suggested, confidence, evidence
FROM work.odd_texts WHERE entity = '{entity}' AND finding = 'text_in_code' AND measure <= $at_most
