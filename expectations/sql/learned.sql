-- What was learned from the data, and what deviates from it. It outlives runs: it is copied with the snapshot.
-- A dataset is an entity of one system (`orders:erp`) or one table (`records:table:towns`).
CREATE TABLE IF NOT EXISTS learned.versions (
  dataset VARCHAR, entity VARCHAR, version INTEGER, settings VARCHAR, source VARCHAR, records BIGINT,
  mined_until TIMESTAMP, mined_at TIMESTAMP);

CREATE TABLE IF NOT EXISTS learned.dependencies (
  dataset VARCHAR, version INTEGER, determinant VARCHAR, dependent VARCHAR, support BIGINT, groups BIGINT,
  agreement DOUBLE, chance DOUBLE, recurring DOUBLE, noise DOUBLE, unclear DOUBLE, strength DOUBLE, voices VARCHAR, mined_until TIMESTAMP);

-- How often a value stands in a column, and two values in one record, among the mined records; '' is no value.
CREATE TABLE IF NOT EXISTS learned.value_counts (dataset VARCHAR, column_name VARCHAR, value VARCHAR, n BIGINT);

CREATE TABLE IF NOT EXISTS learned.pair_counts (
  dataset VARCHAR, left_column VARCHAR, right_column VARCHAR, left_value VARCHAR, right_value VARCHAR, n BIGINT);

-- Two columns that decide together what neither does alone.
CREATE TABLE IF NOT EXISTS learned.combinations (
  dataset VARCHAR, name VARCHAR, left_column VARCHAR, right_column VARCHAR);

-- Columns whose gaps another column decides: `told` is how much it tells of where they are.
CREATE TABLE IF NOT EXISTS learned.decided_gaps (dataset VARCHAR, column_name VARCHAR, decider VARCHAR, told DOUBLE);

-- Where most records that share a value deviate from a dependency, it is their habit.
CREATE TABLE IF NOT EXISTS learned.exceptions (
  dataset VARCHAR, dependent VARCHAR, column_name VARCHAR, value VARCHAR, deviating BIGINT, n BIGINT);

CREATE TABLE IF NOT EXISTS learned.hits (
  dataset VARCHAR, version INTEGER, entity VARCHAR, how VARCHAR, record_key VARCHAR, order_key VARCHAR, order_id VARCHAR,
  line_id VARCHAR, field VARCHAR, observed VARCHAR, suggested VARCHAR, confidence DOUBLE, evidence VARCHAR);

-- The cells in which another rule has found something: in this run, or before where it did not judge again.
CREATE OR REPLACE VIEW work.other_findings AS
SELECT record_key, field FROM work.rule_hits WHERE NOT regexp_matches(rule, '_(learned_dependency|table_spelling|table_format)$')
UNION ALL
SELECT d.record_key, d.field FROM ledger.defects d SEMI JOIN ledger.rules USING (rule) LEFT JOIN work.judged_rules j USING (rule)
WHERE (d.resolved_at IS NULL OR d.resolution = 'accepted')
  AND NOT regexp_matches(d.rule, '_(learned_dependency|table_spelling|table_format)$') AND CASE j.judged WHEN 'all' THEN false
  WHEN 'clock' THEN d.order_key NOT IN (SELECT order_key FROM work.clock_orders)
  WHEN 'changed' THEN d.order_key NOT IN (SELECT order_key FROM work.changed_orders) ELSE true END;
