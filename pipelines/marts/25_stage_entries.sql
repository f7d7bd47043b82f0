/* ---
mart: stage_entries
phase: facts
temporary: true
text: >
  One row a moment at which an order entered a stage: which stage an order stood in at a time is looked up here. Where it entered
  several at the same moment, the latest stage of the process counts.
--- */
SELECT order_key, max_by(stage, stage_no) AS stage, entered_at
FROM marts.stage_facts SEMI JOIN scope.orders USING (order_key)
WHERE entered_at IS NOT NULL
GROUP BY order_key, entered_at
