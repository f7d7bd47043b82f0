-- The visits to stages of the orders with findings, looked up once for where each error came in and where it was noticed.
CREATE OR REPLACE TEMP TABLE finding_visits AS
SELECT order_key, stage, stage_no, ended_at FROM marts.stage_facts
SEMI JOIN (SELECT order_key FROM work.origins UNION SELECT order_key FROM work.found) USING (order_key);
