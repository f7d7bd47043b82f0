/* ---
mart: error_evidence
phase: orders
temporary: true
text: >
  One row a piece of evidence that an order was wrong. `what` says what it is about: the field where an entered value was
  wrong, else the kind of error. `rank` says which evidence stands for itself (1) and which follows from another.
--- */
WITH cancellations AS (
    -- Cancelled for cause: whoever cancelled wrote down that the order was wrong.
    SELECT a.record_key, a.order_key, a.order_id, a."at" AS found_at, a.user_id AS found_by, lower(concat_ws(' ', a.outcome, a.detail)) AS words
    FROM scope.user_actions a JOIN meta.activities m ON m.activity_key = lower(trim(a.activity)) AND m.activity_kind = 'cancel'
    UNION ALL
    SELECT record_key, order_key, order_id, changed_at, changed_by, lower(reason)
    FROM scope.order_changes WHERE field = 'status' AND regexp_matches(lower(new_value), 'cancel|storn|取消|作废|作廢')
),
caused AS (
    -- Of what kind, where the words name one.
    SELECT c.*, coalesce(
            (SELECT arg_max(k.kind, length(k.kind)) FROM ledger.kinds k WHERE contains(c.words, replace(k.kind, '_', ' '))),
            CASE WHEN regexp_matches(words, 'duplicate|entered twice|double entry|doppelt|重复|重複') THEN 'duplicate_order'
                ELSE 'cancelled_for_cause' END) AS kind
    FROM cancellations c
    WHERE regexp_matches(words, 'duplicate|entered twice|double entry|doppelt|重复|重複|wrong|incorrect|mistake|\berror|typo|falsch|fehler|irrt|erreur|错误|錯誤|有误|有誤')
),
-- A document is one thing, however many lines it has.
returned AS (
    SELECT min(record_key) AS error_key, order_key, order_id, min("at") AS found_at,
        CASE WHEN count(DISTINCT line_id) = 1 AND count(line_id) = count(*) THEN min(line_key) END AS line_key,
        CASE WHEN count(DISTINCT line_id) = 1 AND count(line_id) = count(*) THEN min(line_id) END AS line_id
    FROM scope.deliveries WHERE kind = 'return' GROUP BY order_key, order_id, coalesce(document_id, "at"::VARCHAR, record_key)
),
credited AS (
    SELECT min(record_key) AS error_key, order_key, order_id, min("at") AS found_at,
        CASE WHEN count(DISTINCT line_id) = 1 AND count(line_id) = count(*) THEN min(line_key) END AS line_key,
        CASE WHEN count(DISTINCT line_id) = 1 AND count(line_id) = count(*) THEN min(line_id) END AS line_id
    FROM scope.invoices WHERE kind = 'credit' GROUP BY order_key, order_id, coalesce(document_id, "at"::VARCHAR, record_key)
),
given AS (
    SELECT record_key AS error_key, order_key, line_key, order_id, line_id, field, type, found_at, found_by,
        coalesce(evidence, 'report') AS evidence, cost, 1 AS rank
    FROM scope.order_errors
    UNION ALL
    SELECT record_key, order_key, line_key, order_id, line_id, field, type, changed_at, changed_by, 'correction', NULL, 1
    FROM marts.corrections SEMI JOIN scope.orders USING (order_key)
    UNION ALL
    SELECT c.record_key, c.order_key, NULL, c.order_id, NULL, nullif(k.field, '*'), c.kind, c.found_at, c.found_by, 'cancellation', NULL, 1
    FROM caused c LEFT JOIN ledger.kinds k USING (kind)
    UNION ALL
    SELECT error_key, order_key, line_key, order_id, line_id, field, kind, NULL, NULL, 'mismatch', NULL, 1
    FROM ledger.mismatches SEMI JOIN scope.orders USING (order_key)
    UNION ALL
    SELECT 'review:' || d.decision_id, f.order_key, l.line_key, f.order_id, f.line_id, f.field, f.kind, d.decided_at, d.decided_by, 'review', NULL, 1
    FROM meta.decisions d JOIN ledger.defects f ON f.defect_id = d.subject_key
    SEMI JOIN scope.orders o ON o.order_key = f.order_key
    LEFT JOIN scope.order_lines l ON l.order_key = f.order_key AND l.line_id = f.line_id
    WHERE d.kind = 'review' AND d.subject_kind = 'defect' AND d.verdict = 'confirmed'
    -- Goods that come back, their credit note, and a reviewer who says no more than that the order was wrong follow from
    -- what was reported about the same line, or order, where something was.
    UNION ALL
    SELECT error_key, order_key, line_key, order_id, line_id, 'quantity', 'return', found_at, NULL, 'return', NULL, 2 FROM returned
    UNION ALL
    SELECT error_key, order_key, line_key, order_id, line_id, 'net_amount', 'credit_note', found_at, NULL, 'credit_note', NULL, 3 FROM credited
    UNION ALL
    SELECT 'review:' || d.decision_id, o.order_key, NULL, o.order_id, NULL, NULL, 'confirmed_by_review', d.decided_at, d.decided_by, 'review', NULL, 4
    FROM meta.decisions d JOIN scope.orders o ON o.order_key = d.subject_key
    WHERE d.kind = 'review' AND d.verdict = 'confirmed' AND d.subject_kind <> 'defect'
)
SELECT e.*, CASE
        WHEN coalesce(k.is_value, k.kind IS NULL) THEN CASE WHEN coalesce(e.field, k.field) LIKE 'customer%' THEN 'customer'
            ELSE coalesce(e.field, nullif(k.field, '*'), e.type) END
        ELSE coalesce(e.type, e.field) END AS what
FROM given e LEFT JOIN ledger.kinds k ON k.kind = e.type
WHERE e.order_key IS NOT NULL
