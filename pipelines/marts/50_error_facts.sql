/* ---
mart: error_facts
phase: facts
text: >
  One row an error: an order that was wrong, with evidence. Evidence is what the source reports (order_errors), a correction in the
  change log of an accuracy field after submission that the customer did not ask for, a return, a credit note, or a reviewer's
  confirmation. The same field of the same record counts once, by its earliest evidence. The origin is the change that brought the
  wrong value in, else the entry; it is null where the log is silent.
--- */
WITH corrections AS (
    SELECT c.*, p.changed_by AS wrong_by, p.changed_at AS wrong_at, p.stage AS wrong_stage
    FROM marts.change_facts c
    SEMI JOIN scope.orders o ON o.order_key = c.order_key
    LEFT JOIN marts.change_facts p
        ON p.order_key = c.order_key AND p.line_key IS NOT DISTINCT FROM c.line_key AND p.field = c.field
        AND p.new_value = c.old_value AND p.changed_at < c.changed_at
    WHERE c.after_submission AND c.material AND c.customer_initiated IS NOT TRUE
        AND c.field NOT IN ('net_amount', 'promised_delivery_date', 'line')
    QUALIFY row_number() OVER (PARTITION BY c.record_key ORDER BY p.changed_at DESC) = 1
),
evidence AS (
    SELECT record_key AS error_key, order_key, line_key, order_id, line_id, field, type, found_at, found_by,
        coalesce(evidence, 'complaint') AS evidence, cost,
        CAST(NULL AS VARCHAR) AS change_stage, CAST(NULL AS VARCHAR) AS change_user, CAST(NULL AS TIMESTAMP) AS change_at
    FROM scope.order_errors
    UNION ALL
    SELECT record_key, order_key, line_key, order_id, line_id, field,
        CASE field
            WHEN 'customer_name' THEN 'misspelt_customer' WHEN 'customer_id' THEN 'misspelt_customer'
            WHEN 'sku' THEN 'wrong_product' WHEN 'unit' THEN 'wrong_unit' WHEN 'discount' THEN 'excess_discount'
            WHEN 'unit_price' THEN 'wrong_price' WHEN 'price' THEN 'wrong_price' WHEN 'ship_to' THEN 'wrong_ship_to'
            WHEN 'payment_terms' THEN 'wrong_terms' WHEN 'requested_delivery_date' THEN 'wrong_date'
            WHEN 'quantity' THEN CASE
                WHEN TRY_CAST(old_value AS DOUBLE) / nullif(TRY_CAST(new_value AS DOUBLE), 0) IN (10, 100, 0.1, 0.01)
                THEN 'quantity_power_of_ten' ELSE 'quantity_pack_size' END
            ELSE field END,
        changed_at, changed_by, 'correction', NULL, wrong_stage, wrong_by, wrong_at
    FROM corrections
    UNION ALL
    SELECT record_key, order_key, line_key, order_id, line_id, 'quantity', 'return', "at", NULL, 'return', NULL, NULL, NULL, NULL
    FROM scope.deliveries WHERE kind = 'return'
    UNION ALL
    SELECT record_key, order_key, line_key, order_id, line_id, 'net_amount', 'credit_note', "at", NULL, 'credit_note', NULL, NULL, NULL, NULL
    FROM scope.invoices WHERE kind = 'credit'
    UNION ALL
    SELECT 'review:' || d.decision_id, o.order_key, NULL, o.order_id, NULL, NULL, 'confirmed_by_review', d.decided_at,
        d.decided_by, 'review', NULL, NULL, NULL, NULL
    FROM meta.decisions d JOIN scope.orders o ON o.order_key = d.subject_key
    WHERE d.kind = 'review' AND d.verdict = 'confirmed'
),
first_evidence AS (
    SELECT * FROM evidence WHERE order_key IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY order_key, line_key, coalesce(field, type) ORDER BY found_at NULLS LAST, evidence, error_key) = 1
),
costs AS (
    SELECT e.*, s.stage AS found_stage FROM first_evidence e
    ASOF LEFT JOIN stage_entries s
        ON s.order_key = e.order_key AND e.found_at > s.since
),
origins AS (
    -- A value that the log never changed came in at entry. Where the log is silent about the field, so are we.
    SELECT e.*, o.ordered_at, o.entered_by,
        e.change_at IS NULL AND o.entered_by IS NOT NULL AND (
            e.evidence = 'correction'
            OR (e.evidence IN ('complaint', 'review') AND (SELECT count(*) FROM core.order_changes) > 0 AND (
                e.field IN ('customer_id', 'customer_name', 'sku', 'unit', 'unit_price', 'discount', 'ship_to', 'payment_terms',
                    'requested_delivery_date')
                OR (e.field = 'quantity' AND e.type LIKE 'quantity%') OR e.type IN ('duplicate_order', 'missing_field')))
        ) AS from_entry
    FROM costs e LEFT JOIN core.orders o USING (order_key)
)
SELECT e.error_key, e.order_key, e.line_key, e.order_id, e.line_id, e.field, e.type, e.found_at, e.found_by, e.found_stage, e.evidence,
    coalesce(e.cost, c.cost) AS cost, e.cost IS NULL AND c.cost IS NOT NULL AS cost_is_assumed,
    CASE WHEN e.from_entry THEN first_stage.stage ELSE e.change_stage END AS origin_stage,
    CASE WHEN e.from_entry THEN e.entered_by ELSE e.change_user END AS origin_user,
    CASE WHEN e.from_entry THEN e.ordered_at ELSE e.change_at END AS origin_at,
    e.from_entry AS is_entry_error,
    date_diff('second', e.ordered_at, e.found_at) / 86400.0 AS delay_days
FROM origins e
LEFT JOIN meta.error_costs c ON c.stage = e.found_stage
CROSS JOIN (SELECT min_by(stage, stage_no) AS stage FROM meta.stages) first_stage
