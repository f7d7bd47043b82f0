/* ---
mart: error_news
phase: orders
scope: true
text: Orders this run did not touch of whose errors there is news all the same - a reviewer spoke, a mismatch was found or is no more.
--- */
WITH news AS (
    SELECT o.order_key, 'review:' || d.decision_id AS error_key
    FROM meta.decisions d
    LEFT JOIN ledger.defects f ON d.subject_kind = 'defect' AND f.defect_id = d.subject_key
    JOIN core.orders o ON o.order_key = CASE WHEN d.subject_kind = 'defect' THEN f.order_key ELSE d.subject_key END
    WHERE d.kind = 'review' AND d.verdict = 'confirmed'
    UNION ALL
    SELECT order_key, error_key FROM ledger.mismatches
),
known AS (
    SELECT order_key, error_key FROM marts.error_facts WHERE evidence = 'mismatch' OR error_key LIKE 'review:%'
)
SELECT DISTINCT order_key FROM (
    (FROM news EXCEPT FROM known) UNION ALL (FROM known EXCEPT FROM news)
) ANTI JOIN work.scope_orders USING (order_key)
