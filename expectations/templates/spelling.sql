/* ---
title: "{entity_label}: a value is spelt like the frequent one that it means"
kind: invalid_value
severity: medium
dimension: validity
line_of_defence: 1
reach: record
sentence: "{{field}} {{observed}} is probably {{suggested}} ({{evidence}})."
parameters: {at_most: 0.2}
--- */
-- A rare value beside a frequent one that is the same but for case, blanks, punctuation, O and 0, or is a slip of the finger
-- away; it has at most $at_most of the frequent one's records. Where frequent values are near one another, as codes of
-- two letters are, nearness says nothing. See sql/spelling.sql and norms/32_odd_texts.sql.
SELECT record_key, order_key, order_id, line_id, field, observed, suggested AS expected, suggested, confidence, evidence
FROM work.odd_texts WHERE entity = '{entity}' AND finding = 'spelling' AND measure <= $at_most
