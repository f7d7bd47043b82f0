-- The stage in which the order was when the wrong value came in.
CREATE OR REPLACE TABLE work.origins AS
SELECT o.defect_id, o.order_key, o.origin_user, o.origin_at, coalesce(o.origin_stage, s.stage) AS origin_stage
FROM work.origins o
ASOF LEFT JOIN (SELECT DISTINCT order_key, entered_at, min(stage) AS stage FROM marts.stage_facts
    SEMI JOIN (SELECT order_key FROM work.origins) USING (order_key) GROUP BY ALL) s
  ON s.order_key = o.order_key AND s.entered_at <= o.origin_at;
