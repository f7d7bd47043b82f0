/* ---
title: "{entity_label}: what others of its kind have"
kind: learned_dependency
severity: medium
dimension: accuracy
line_of_defence: 1
reach: table
last: true
sentence: "{{field}} is {{observed}}, but {{evidence}}; probably {{suggested}} is meant."
parameters:
  growth: 0.1            # the dependencies are mined anew once the mature records have grown by so much
  repeats: 3             # a column whose values stand in fewer records each, on average, decides nothing ...
  shared: 0.1            # ... unless so many records share a value with so many others
  group_size: 4          # smaller groups show no majority
  leads: 0.6             # a group with a smaller leading value is unclear
  unclear: 0.25          # where more of the records are in unclear groups, the column does not decide
  most_noise: 0.5        # where an ordinary group deviates more, its leading value is no authority
  support: 20            # records in groups of three and more: fewer may agree by chance
  strength: 0.8          # what a dependency explains of the disagreement of two records, noise taken off
  explains: 0.2          # ... and noise left in: where most of it is taken for noise, nothing is known
  partial: 0.1           # where no single column decides, the one that tells most, and at least this, is tried with another
  together: 0.5          # which must tell so much of what that one leaves open
  noise: 0.02            # so much is taken to be wrong at least: one cell in fifty, as in careful entry
  exceptions: 0.02       # no dependency is taken to have fewer true exceptions than this against its group's size
  majority: 0.5          # the expected value is that of most others
  most: 4.0              # one witness says no more than this (e^4, 55 to 1)
  most_for: 6.0          # nor more than this in favour
  tolerance: 0.2         # a slip of the pen changes at most a fifth of the characters, or one
  most_crowded: 0.2      # where more of a column's frequent texts are one slip away from each other, nearness says nothing
  slip: 2.0              # an expected value one slip away is likelier meant, about 7 to 1
  gaps_decided: 0.5      # where another column tells so much of which cells are empty, gaps are a habit and no slips
  habit: 0.8             # where so many records of a value deviate, it is their habit
  habit_size: 5          # of a value with so many records
  certain: 0.8           # told from four to one on
--- */
-- Mined from mature records and judged in expectations/learned. Where another rule has found the same cell, that says enough; and a
-- customer whom the master knows by this key and this name is held twice there, however few orders name this key: neither is wrong.
SELECT h.record_key, h.order_key, h.order_id, h.line_id, h.field, h.observed, h.suggested AS expected, h.suggested, h.confidence, h.evidence
FROM learned.hits h
ANTI JOIN work.other_findings o ON o.record_key = h.record_key AND o.field = h.field
WHERE h.entity = '{entity}' AND h.how = 'dependency'
  AND NOT (h.field IN ('customer_id', 'customer_name') AND EXISTS (
    FROM core.orders d JOIN core.customers c ON c._system = d._system AND c.customer_id = d.customer_id
    WHERE d.record_key = h.record_key AND lower(trim(c.name)) = lower(trim(d.customer_name))))
