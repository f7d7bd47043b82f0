/* ---
mart: error_facts
phase: orders
text: >
  One row an error: an order that was wrong, with evidence. Evidence is what the source reports (order_errors), a correction in the
  change log of an accuracy field after submission that the customer did not ask for, a cancellation whose reason says so, a mismatch
  between order, delivery and invoice, a return, a credit note, or a reviewer's confirmation. The same thing counts once, by its
  earliest evidence. The origin is the change that brought the wrong value in, else the entry; it is null where the log is silent.
  passed_entry, passed_process and passed_monitoring say whether the error passed a line of defence that could have
  stopped it; null where it did not reach that line or where that cannot be told. is_unreasoned marks a correction for which the log
  gives no reason, so that the customer may have changed their mind; evidence_told says so in words.
--- */
WITH single AS (
    SELECT * FROM error_evidence
    QUALIFY row_number() OVER (PARTITION BY order_key, line_key, what ORDER BY rank, found_at NULLS LAST, evidence, error_key) = 1
),
first_evidence AS (
    -- What is said of the order as a whole is the same thing where a line says it too; what follows counts where nothing else does.
    SELECT s.* FROM single s
    WHERE NOT EXISTS (FROM single o WHERE o.order_key = s.order_key AND s.line_key IS NULL AND o.line_key IS NOT NULL
            AND o.what = s.what AND o.rank <= s.rank)
        AND NOT EXISTS (FROM single o WHERE o.order_key = s.order_key AND o.rank < s.rank
            AND (s.line_key IS NULL OR o.line_key IS NULL OR o.line_key = s.line_key))
),
noticed AS (
    SELECT e.*, s.stage AS found_stage FROM first_evidence e
    ASOF LEFT JOIN marts.stage_entries('first_evidence', visits := 'scope.stage_facts') s
        ON s.order_key = e.order_key AND e.found_at > s.since
),
blamed AS (
    -- What the ledger says of the defect that is this error.
    SELECT n.error_key, arg_min({'stage': d.origin_stage, 'who': d.origin_user, 'moment': d.origin_at}, (d.origin_at, d.defect_id)) AS origin
    FROM noticed n JOIN ledger.defects d ON d.order_key = n.order_key AND (n.line_id IS NULL OR d.line_id IS NOT DISTINCT FROM n.line_id)
        AND d.kind = n.type
    WHERE d.origin_stage IS NOT NULL AND n.evidence <> 'correction' AND (n.field IS NULL OR d.field = n.field)
    GROUP BY n.error_key
),
logged AS (
    SELECT DISTINCT n.error_key FROM noticed n JOIN scope.order_changes c
        ON c.order_key = n.order_key AND c.field = n.field AND c.line_id IS NOT DISTINCT FROM n.line_id
    WHERE n.evidence <> 'correction'
),
origins AS (
    SELECT n.*, o.ordered_at, o.entered_by, b.origin, c.brought_stage, c.brought_user, c.brought_at, c.record_key IS NOT NULL AND c.reason IS NULL AS is_unreasoned,
        -- A value that the log never changed came in at entry. Where the log is silent about the field, so are we.
        b.origin IS NULL AND o.entered_by IS NOT NULL AND (n.field = 'order_id' OR coalesce(list_contains(l.fields, n.field), true)
            AND coalesce(o.ordered_at >= l.since, true) AND l._system IS NOT NULL) AND (
            coalesce(c.is_of_entry, false)
            OR (n.evidence <> 'correction' AND coalesce(k.is_value AND k.entity IN ('orders', 'order_lines'), false)
                AND g.error_key IS NULL AND n.field IS NOT NULL)
        ) AS from_entry
    FROM noticed n
    LEFT JOIN core.orders o USING (order_key)
    LEFT JOIN marts.corrections c ON c.record_key = n.error_key AND n.evidence = 'correction'
    LEFT JOIN blamed b ON b.error_key = n.error_key
    LEFT JOIN logged g ON g.error_key = n.error_key
    LEFT JOIN ledger.kinds k ON k.kind = n.type
    LEFT JOIN ledger.logs l ON l._system = o._system
),
told AS (
    SELECT e.*, first_stage.stage AS first_stage,
        CASE WHEN e.origin IS NOT NULL THEN e.origin.stage WHEN e.from_entry THEN first_stage.stage ELSE e.brought_stage END AS origin_stage,
        CASE WHEN e.origin IS NOT NULL THEN e.origin.who WHEN e.from_entry THEN e.entered_by ELSE e.brought_user END AS origin_user,
        CASE WHEN e.origin IS NOT NULL THEN e.origin.moment WHEN e.from_entry THEN e.ordered_at ELSE e.brought_at END AS origin_at
    FROM origins e CROSS JOIN (SELECT min_by(stage, stage_no) AS stage FROM meta.stages) first_stage
),
placed AS (
    SELECT t.*,
        -- The customer, monitoring, or the stage in which the order stood. 4 is the customer, beyond the third line.
        CASE WHEN t.evidence IN ('complaint', 'return', 'credit_note') THEN 'customer' WHEN t.evidence IN ('review', 'mismatch') THEN 'monitoring'
            WHEN t.evidence <> 'report' THEN t.found_stage END AS found_place,
        CASE WHEN found_place = 'customer' THEN 4 WHEN found_place = 'monitoring' THEN 3 ELSE f.line_of_defence END AS reach,
        o.line_of_defence AS origin_line
    FROM told t
    LEFT JOIN meta.stages f ON f.stage = t.found_stage AND t.evidence <> 'report'
    LEFT JOIN meta.stages o ON o.stage = t.origin_stage
)
SELECT e.error_key, e.order_key, e.line_key, e.order_id, e.line_id, e.field, e.type, e.found_at, e.found_by, e.found_stage, e.found_place,
    CASE WHEN e.reach <= 3 THEN e.reach END AS found_line, e.evidence,
    e.is_unreasoned, e.evidence || CASE WHEN e.is_unreasoned THEN ', reason not given' ELSE '' END AS evidence_told,
    coalesce(e.cost, c.cost) AS cost, e.cost IS NULL AND c.cost IS NOT NULL AS cost_is_assumed,
    e.origin_stage, e.origin_user, e.origin_at, e.origin_line,
    coalesce(e.origin_stage = e.first_stage, false) AS is_entry_error,
    CASE WHEN e.reach >= 1 AND e.origin_line <= 1 THEN e.reach > 1 END AS passed_entry,
    CASE WHEN e.reach >= 2 AND e.origin_line <= 2 THEN e.reach > 2 END AS passed_process,
    CASE WHEN e.reach >= 3 THEN e.reach > 3 END AS passed_monitoring,
    date_diff('second', e.ordered_at, e.found_at) / 86400.0 AS delay_days
FROM placed e
LEFT JOIN meta.error_costs c ON c.stage = e.found_stage
