-- Open orders by the loss to expect, then by probability, then by novelty. Probabilities are shares; contributions are points.
SELECT r.rank, o.order_id, o.order_number, o.ordered_at, o.customer_id, o.customer_name, o.channel, o.region, o.department,
    o.entered_by, o.current_stage, o.net_amount, o.currency, r.p_error, r.novelty, r.expected_loss,
    r.reason_1, r.reason_2, r.reason_3, r.contribution_1, r.contribution_2, r.contribution_3, r.model_id
FROM risk.scores r JOIN selected_orders o USING (order_key) ORDER BY r.rank
