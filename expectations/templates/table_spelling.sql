/* ---
title: "{entity_label}: no rare text beside a frequent one"
kind: misspelt_value
severity: low
dimension: accuracy
line_of_defence: 1
reach: table
last: true
sentence: "{{field}} is {{observed}}, but {{evidence}}; probably {{suggested}} is meant."
parameters:
  established: 5         # a text that so many records carry is meant
  ratio: 10              # the other text is so many times as frequent
  same_ratio: 3          # ... or so many times where they differ in large and small letters, blanks or punctuation alone
  rare_share: 0.05       # what more records than this carry is not rare
  longest: 300           # longer texts are prose
  most_values: 500      # the most frequent texts of a column that are compared with ...
  most_rare: 2000        # ... so many rare ones
--- */
-- Judged in expectations/learned. Where another rule has found the same cell, that says enough.
SELECT h.record_key, h.order_key, h.order_id, h.line_id, h.field, h.observed, h.suggested AS expected, h.suggested, h.confidence, h.evidence
FROM learned.hits h
ANTI JOIN work.other_findings o ON o.record_key = h.record_key AND o.field = h.field
WHERE h.entity = '{entity}' AND h.how = 'spelling'
