-- Open orders: those of which nothing has been shipped first, as they can still be put right (null: no order of the system is known
-- to have been shipped, so that it cannot be told); then by the loss to expect, by probability and by novelty.
-- Probabilities are shares; contributions are points.
SELECT r.rank, o.order_id, o.order_number, o.ordered_at, o.customer_id, o.customer_name, o.channel, o.region, o.department,
    o.entered_by, CASE WHEN o.is_cancelled OR o.shipped_at IS NOT NULL THEN false WHEN t.system IS NOT NULL THEN true END AS can_be_put_right,
    o.current_stage, coalesce(s.title, o.current_stage) AS stage_title, o.status, o.shipped_at, o.net_amount, o.currency,
    r.p_error, r.novelty, r.expected_loss,
    r.reason_1, r.reason_2, r.reason_3, r.contribution_1, r.contribution_2, r.contribution_3, r.model_id
FROM risk.scores r JOIN selected_orders o USING (order_key) LEFT JOIN meta.stages s ON s.stage = o.current_stage
LEFT JOIN (SELECT DISTINCT system FROM marts.order_facts WHERE shipped_at IS NOT NULL) t ON t.system IS NOT DISTINCT FROM o.system
ORDER BY can_be_put_right DESC NULLS LAST, r.rank
