-- The stage in which the order was when the wrong value came in; and what the ledger knows already.
CREATE OR REPLACE TABLE work.origins AS
SELECT o.defect_id, o.order_key, o.origin_user, o.origin_at, coalesce(o.origin_stage, s.stage) AS origin_stage
FROM work.origins o
ASOF LEFT JOIN marts.stage_entries('work.origins', visits := 'finding_visits') s
  ON s.order_key = o.order_key AND s.since < o.origin_at
UNION ALL BY NAME
SELECT k.*, f.order_key FROM work.known_findings k JOIN work.findings f USING (defect_id);
