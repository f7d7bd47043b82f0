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
  line_of_defence INTEGER, origin_stage VARCHAR, reach VARCHAR, sentence VARCHAR, sql VARCHAR,
  needs VARCHAR[]);

-- The vocabulary of errors. is_value: an entered value is wrong, as against something that was done or left undone.
CREATE OR REPLACE TABLE ledger.kinds (kind VARCHAR, title VARCHAR, field VARCHAR, entity VARCHAR, is_value BOOLEAN);

CREATE TABLE IF NOT EXISTS ledger.rule_runs (
  run_id VARCHAR, rule VARCHAR, outcome VARCHAR, checked BIGINT, failing BIGINT, reason VARCHAR, seconds DOUBLE);
-- A record may break a rule in several fields; the rate of a rule counts records.
ALTER TABLE ledger.rule_runs ADD COLUMN IF NOT EXISTS failing_records BIGINT;
ALTER TABLE ledger.rule_runs ADD COLUMN IF NOT EXISTS accepted BIGINT;


-- A rule that fails on more than half of its records says something about the source, not about these records: its
-- findings are one finding about the source. All rows stay in the ledger; they are shown apart from the rates.
CREATE OR REPLACE VIEW ledger.source_rules AS
SELECT rule, checked, failing, failing_records, failing_records / checked AS share
FROM ledger.rule_runs
WHERE run_id = (SELECT max(run_id) FROM ledger.rule_runs) AND checked > 20 AND failing_records > 0.5 * checked;

CREATE TABLE IF NOT EXISTS ledger.defects (
  defect_id VARCHAR, rule VARCHAR, kind VARCHAR, severity VARCHAR, entity VARCHAR, record_key VARCHAR,
  order_key VARCHAR, order_id VARCHAR, line_id VARCHAR, field VARCHAR, observed VARCHAR, expected VARCHAR,
  suggested VARCHAR, confidence DOUBLE, message VARCHAR, evidence VARCHAR, origin_stage VARCHAR, origin_user VARCHAR,
  origin_at TIMESTAMP, first_seen TIMESTAMP, last_seen TIMESTAMP, resolved_at TIMESTAMP, resolution VARCHAR,
  file_no BIGINT, source_line BIGINT);
ALTER TABLE ledger.defects ADD COLUMN IF NOT EXISTS found_at TIMESTAMP;
ALTER TABLE ledger.defects ADD COLUMN IF NOT EXISTS found_by VARCHAR;
ALTER TABLE ledger.defects ADD COLUMN IF NOT EXISTS found_through VARCHAR;
ALTER TABLE ledger.defects ADD COLUMN IF NOT EXISTS found_stage VARCHAR;
ALTER TABLE ledger.defects ADD COLUMN IF NOT EXISTS found_line INTEGER;
ALTER TABLE ledger.defects ADD COLUMN IF NOT EXISTS cost DOUBLE;
ALTER TABLE ledger.defects ADD COLUMN IF NOT EXISTS accepted_by VARCHAR;
ALTER TABLE ledger.defects ADD COLUMN IF NOT EXISTS accepted_until DATE;
ALTER TABLE ledger.defects ADD COLUMN IF NOT EXISTS accepted_note VARCHAR;

-- What rules say of corrected cells as they were entered (see entered.py).
CREATE TABLE IF NOT EXISTS ledger.entered_findings (
  rule VARCHAR, order_key VARCHAR, order_id VARCHAR, line_id VARCHAR, field VARCHAR, observed VARCHAR, suggested VARCHAR,
  confidence DOUBLE);

-- What the contract says of the columns of an order's records: how two values of a field are compared.
CREATE OR REPLACE TABLE work.field_types (entity VARCHAR, field VARCHAR, type VARCHAR, is_key BOOLEAN);

-- What a clerk calls a field that is not called by its name with blanks.
CREATE OR REPLACE TABLE work.field_labels (field VARCHAR, label VARCHAR);

-- Documents that contradict each other, as far as a rule is sure of it: evidence that something went wrong.
CREATE OR REPLACE VIEW ledger.mismatches AS
SELECT 'mismatch:' || d.defect_id AS error_key, d.order_key, CASE WHEN d.entity = 'order_lines' THEN d.record_key END AS line_key,
  d.order_id, d.line_id, d.field, d.kind
FROM ledger.defects d JOIN ledger.rules r USING (rule)
WHERE d.resolved_at IS NULL AND d.order_key IS NOT NULL AND d.confidence >= 0.8
  AND r.dimension = 'consistency' AND r.line_of_defence = 3
  AND regexp_matches(array_to_string(r.needs, ' '), '\b(deliveries|invoices)\b')
  AND d.rule NOT IN (SELECT rule FROM ledger.source_rules);

-- The systems that keep a change log, with what their profile says it covers (null: every field, all the time). A log of
-- differences between extracts is a log.
CREATE OR REPLACE VIEW ledger.logs AS
SELECT s._system, l.fields, l.since
FROM (SELECT DISTINCT _system FROM core.order_changes) s LEFT JOIN meta.change_logs l ON l.system = s._system;

-- When the ledger sees what it sees: in data time. Where a source records no moment at all, nothing but the run's own
-- time is left; without it a finding that is gone would stay open.
CREATE OR REPLACE MACRO work.seen_at() AS (SELECT coalesce(data_until, CAST(timezone('UTC', now()) AS TIMESTAMP)) FROM meta.now);

-- The line of defence that noticed: monitoring where documents or records were looked through afterwards, else that of the
-- stage in which the order was; none where the customer had to say so.
CREATE OR REPLACE MACRO work.line_that_found(found_through, line_of_stage) AS
  CASE WHEN found_through IN ('review', 'mismatch') THEN 3 WHEN found_through IN ('correction', 'exception') THEN line_of_stage END;

-- Rules about entered values mostly do not see where a wrong one came in: it is looked for in the log and in the versions.
CREATE OR REPLACE MACRO work.is_origin_wanted(rule_stage, entity) AS
  rule_stage = 'entry' AND entity IN ('orders', 'order_lines', 'schedule_lines');
