-- Only what is said of a corrected cell counts; what else looks wrong on these records may follow from the correction.
DELETE FROM ledger.entered_findings
WHERE rule IN (SELECT unnest(rules) FROM entered._judged) AND order_key IN (SELECT order_key FROM entered._wanted);

INSERT INTO ledger.entered_findings
SELECT h.rule, h.order_key, h.order_id, h.line_id, h.field, h.observed, h.suggested, h.confidence
FROM entered._hits h
SEMI JOIN entered._wanted w ON w.order_key = h.order_key
SEMI JOIN marts.corrections c ON c.order_key = h.order_key AND c.field = h.field AND c.line_id IS NOT DISTINCT FROM h.line_id
QUALIFY row_number() OVER (PARTITION BY h.rule, h.order_key, h.line_id, h.field
  ORDER BY h.confidence DESC NULLS LAST, h.observed, h.suggested) = 1;

DELETE FROM entered._hits;
DELETE FROM entered._judged;
