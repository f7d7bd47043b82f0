-- Accepted deviations with who, why and until when, and how many findings each covers now.
SELECT a.acceptance_id, coalesce(r.title, d.rule, a.rule) AS title, coalesce(d.order_id, a.order_id) AS order_id, d.line_id, a.customer_id, a.sku, d.field,
    coalesce(d.observed, a.observed) AS observed, a.accepted_by, a.decided_at, a.until, a.note, a.is_expired,
    CASE WHEN a.defect_id IS NOT NULL THEN (d.resolution = 'accepted')::BIGINT
        ELSE (SELECT count(*) FROM ledger.defects c WHERE c.rule = a.rule AND c.resolution = 'accepted'
            AND (a.order_id IS NULL OR c.order_id = a.order_id)) END AS findings
FROM ledger.acceptances a
LEFT JOIN ledger.defects d ON d.defect_id = a.defect_id
LEFT JOIN ledger.rules r ON r.rule = coalesce(d.rule, a.rule)
ORDER BY a.is_expired, a.decided_at DESC
