/* ---
mart: corrections
phase: facts
text: >
  One row a correction: a change of an accuracy field after submission that the customer did not ask for, with the value that was wrong,
  what was wrong with it, and the change that had brought it in (null where none did). Where the log gives the change a reason, the
  reason has to say that something was wrong: an adjustment is not a correction. `reason` is null where the log gives none.
--- */
WITH corrections AS (
    SELECT c.*, p.record_key AS before, p.new_value AS left_at, p.changed_by AS wrong_by, p.changed_at AS wrong_at, p.stage AS wrong_stage
    FROM marts.change_facts c
    SEMI JOIN scope.orders o ON o.order_key = c.order_key
    LEFT JOIN marts.change_facts p
        ON p.order_key = c.order_key AND p.line_key IS NOT DISTINCT FROM c.line_key AND p.field = c.field AND p.changed_at < c.changed_at
    WHERE c.after_submission AND c.material AND c.customer_initiated IS NOT TRUE
        AND c.field NOT IN ('net_amount', 'promised_delivery_date', 'line')
        AND (c.reason IS NULL OR regexp_matches(lower(c.reason),
            'correct|wrong|error|mistake|typo|amend|\bfix|korr|fehler|falsch|corrig|erreur|faute|更正|修正|改正|纠|糾|错|錯|误|誤'))
    QUALIFY row_number() OVER (PARTITION BY c.record_key ORDER BY p.changed_at DESC, p.record_key DESC) = 1
),
-- The lines are at hand where they stand in the corrected order; others are looked for among all.
elsewhere AS MATERIALIZED (
    SELECT line_key FROM corrections ANTI JOIN scope.order_lines USING (line_key) WHERE line_key IS NOT NULL
),
lines AS (
    SELECT line_key, _system, sku FROM scope.order_lines
    UNION ALL
    SELECT line_key, _system, sku FROM core.order_lines SEMI JOIN elsewhere USING (line_key)
),
measured AS (
    SELECT c.*, TRY_CAST(old_value AS DOUBLE) / nullif(TRY_CAST(new_value AS DOUBLE), 0) AS times, m.pack_size::DOUBLE AS pack_size,
        TRY_CAST(old_value AS DATE) AS wrong_day, TRY_CAST(new_value AS DATE) AS right_day,
        coalesce(left_at = old_value OR TRY_CAST(left_at AS DOUBLE) = TRY_CAST(old_value AS DOUBLE), false) AS is_brought
    FROM corrections c
    LEFT JOIN lines l ON l.line_key = c.line_key
    LEFT JOIN core.products m ON m._system = l._system AND m.sku = l.sku
)
SELECT record_key, order_key, line_key, order_id, line_id, field, old_value AS wrong, new_value AS corrected, changed_at, changed_by, stage,
    CASE
        WHEN nullif(trim(old_value), '') IS NULL THEN 'missing_field'
        WHEN field IN ('customer_name', 'customer_id') THEN 'misspelt_customer'
        WHEN field = 'sku' THEN 'wrong_product'
        WHEN field = 'unit' THEN 'wrong_unit'
        WHEN field = 'discount' THEN 'excess_discount'
        WHEN field IN ('unit_price', 'price') THEN 'wrong_price'
        WHEN field = 'ship_to' THEN 'wrong_ship_to'
        WHEN field = 'payment_terms' THEN 'wrong_terms'
        WHEN field = 'requested_delivery_date' THEN
            CASE WHEN day(wrong_day) = month(right_day) AND month(wrong_day) = day(right_day) AND wrong_day <> right_day
                THEN 'swapped_day_month' ELSE 'wrong_date' END
        -- A quantity is of a kind only where the factor says so; what else was wrong with it nobody wrote down.
        WHEN field = 'quantity' AND (abs(times / pack_size - 1) < 1e-6 OR abs(times * pack_size - 1) < 1e-6) AND pack_size > 1
            THEN 'quantity_pack_size'
        WHEN field = 'quantity' AND times > 0 AND abs(log10(times) - round(log10(times))) < 1e-6 AND abs(times - 1) > 1e-6
            THEN 'quantity_power_of_ten'
        ELSE field
    END AS type,
    -- The change before has to have left the value that was corrected; else something happened that the log does not know.
    CASE WHEN is_brought THEN wrong_stage END AS brought_stage,
    CASE WHEN is_brought THEN wrong_by END AS brought_user,
    CASE WHEN is_brought THEN wrong_at END AS brought_at,
    before IS NULL AS is_of_entry,
    reason
FROM measured
