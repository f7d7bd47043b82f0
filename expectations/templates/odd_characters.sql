/* ---
title: "{entity_label}: texts hold no characters that nobody types"
kind: odd_characters
severity: medium
dimension: validity
line_of_defence: 1
reach: record
sentence: "{{field}} {{observed}} holds {{evidence}}."
parameters: {at_most: 0.05}
--- */
-- Lost, invisible, control and wrongly decoded characters are damage wherever they are. Of the other sorts (full-width
-- letters, blanks that are none, letters of another alphabet, web codes) only what at most $at_most of the field's
-- records hold is odd: where more do, the source writes so. See norms/32_odd_texts.sql.
SELECT record_key, order_key, order_id, line_id, field, observed, suggested AS expected, suggested, confidence, evidence
FROM work.odd_texts WHERE entity = '{entity}' AND finding = 'odd_characters' AND measure <= $at_most
