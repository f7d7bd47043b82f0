/* ---
title: "{entity_label}: a code has the form that nearly all codes of its field have"
kind: bad_format
severity: medium
dimension: validity
line_of_defence: 1
reach: record
sentence: "{{field}} {{observed}} has another form than the others: {{evidence}}."
parameters: {at_most: 0.02}
--- */
-- The form is learned from the source: at most $at_most of the records have another one. Where the forms of a field vary,
-- nothing is said. What a small repair (case, blanks, punctuation, leading zeros, O for 0) puts right is suggested.
-- See norms/31_usual_shapes.sql and norms/32_odd_texts.sql.
SELECT record_key, order_key, order_id, line_id, field, observed, suggested AS expected, suggested, confidence, evidence
FROM work.odd_texts WHERE entity = '{entity}' AND finding = 'form' AND measure <= $at_most
