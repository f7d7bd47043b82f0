/* ---
title: No discount is twice as high as all others
entity: order_lines
kind: excess_discount
severity: medium
dimension: accuracy
line_of_defence: 1
origin_stage: entry
reach: record
needs: [order_lines.discount]
checked: "discount > 0"
sentence: "The discount {observed} stands alone: {evidence}."
parameters: {least: 200, times: 2, at_most: 0.002}
--- */
-- Nobody's limit is asked, only what is usual in the system: of $least discounts and more, those that are more than $times the one
-- that 99 % do not pass. Where more than $at_most are as high, it is no slip; what is above 1 is told by its range.
SELECT l.record_key, l.order_key, l.order_id, l.line_id, 'discount' AS field, l.discount::VARCHAR AS observed, 0.8 AS confidence,
  format('99 % of {:,} discounts are ', c.discounted) || work.say_share(c.high_discount) || ' at most' AS evidence
FROM scope.order_lines l
JOIN work.line_customs c ON c._system = l._system
WHERE l.discount > $times * c.high_discount AND l.discount <= 1 AND c.discounted >= $least
  AND c.higher_discounts <= greatest(2, $at_most * c.discounted)
