-- The ledger and the run table of the rules. The ledger outlives runs: it is copied with the snapshot.
CREATE OR REPLACE TABLE work.rule_hits (
  rule VARCHAR, record_key VARCHAR, order_key VARCHAR, order_id VARCHAR, line_id VARCHAR, field VARCHAR,
  observed VARCHAR, expected VARCHAR, suggested VARCHAR, confidence DOUBLE, evidence VARCHAR,
  origin_stage VARCHAR, origin_user VARCHAR, origin_at TIMESTAMP);

-- judged: all (orders), clock (the orders of work.clock_orders) or changed (those that this run touched).
CREATE OR REPLACE TABLE work.judged_rules (rule VARCHAR, judged VARCHAR);

CREATE OR REPLACE TABLE work.clock_orders (order_key VARCHAR);

CREATE OR REPLACE TABLE ledger.rules (
  rule VARCHAR, title VARCHAR, entity VARCHAR, kind VARCHAR, severity VARCHAR, dimension VARCHAR,
  line_of_defence INTEGER, origin_stage VARCHAR, reach VARCHAR, sentence VARCHAR, sql VARCHAR);

CREATE TABLE IF NOT EXISTS ledger.rule_runs (
  run_id VARCHAR, rule VARCHAR, outcome VARCHAR, checked BIGINT, failing BIGINT, reason VARCHAR, seconds DOUBLE);

CREATE TABLE IF NOT EXISTS ledger.defects (
  defect_id VARCHAR, rule VARCHAR, kind VARCHAR, severity VARCHAR, entity VARCHAR, record_key VARCHAR,
  order_key VARCHAR, order_id VARCHAR, line_id VARCHAR, field VARCHAR, observed VARCHAR, expected VARCHAR,
  suggested VARCHAR, confidence DOUBLE, message VARCHAR, evidence VARCHAR, origin_stage VARCHAR, origin_user VARCHAR,
  origin_at TIMESTAMP, first_seen TIMESTAMP, last_seen TIMESTAMP, resolved_at TIMESTAMP, resolution VARCHAR,
  file_no BIGINT, source_line BIGINT);
