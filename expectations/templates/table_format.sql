/* ---
title: "{entity_label}: texts look as their column does"
kind: bad_format
severity: low
dimension: validity
line_of_defence: 1
reach: table
last: true
sentence: "{{field}} is {{observed}}: {{evidence}}."
parameters:
  alike: 0.9             # where fewer of a column's texts are alike, it has no format
  words_alike: 0.95      # ... or, where words of any kind count as alike, so many
  ordered: 0.8           # dates in which fewer are of one order of day, month and year have none
  variety: 10            # that fewer texts are of one shape may be chance
  sort_share: 0.005      # so many that differ in their digits alone are a sort of their own
  stray: 0.005           # a sign that more texts begin or end with is no leftover
  fixed: 0.99            # digits of another number are odd where so many have the one
  nearly_all: 0.9        # a text is misplaced where nearly all rows with the gap show it, and hardly one without
  least: 3               # ... and at least so many
  sure: 2.2              # a deviation from a format is one in nine of ten cases (logarithm of the odds)
--- */
-- Judged in expectations/learned. Where another rule has found the same cell, that says enough.
SELECT h.record_key, h.order_key, h.order_id, h.line_id, h.field, h.observed, h.suggested AS expected, h.suggested, h.confidence, h.evidence
FROM learned.hits h
ANTI JOIN work.other_findings o ON o.record_key = h.record_key AND o.field = h.field
WHERE h.entity = '{entity}' AND h.how IN ('format', 'misplaced')
