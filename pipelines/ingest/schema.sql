CREATE TABLE IF NOT EXISTS meta.files (
    file_no BIGINT, batch_id VARCHAR, run_id VARCHAR, source VARCHAR, system VARCHAR, profile VARCHAR, kind VARCHAR,
    primary_entity VARCHAR, file VARCHAR, member VARCHAR, sha256 VARCHAR, bytes BIGINT, encoding VARCHAR,
    delimiter VARCHAR, zone VARCHAR, rows_read BIGINT, recorded_at TIMESTAMP, recorded_at_from VARCHAR,
    accepted BIGINT, quarantined BIGINT, duplicate BIGINT, superseded BIGINT, ignored BIGINT);
-- Whether one row may make several records of the primary entity (a row with a begin and an end is two actions).
ALTER TABLE meta.files ADD COLUMN IF NOT EXISTS many_a_row BOOLEAN DEFAULT false;
-- The text of the profile that the file was read with.
ALTER TABLE meta.files ADD COLUMN IF NOT EXISTS profile_hash VARCHAR;
CREATE TABLE IF NOT EXISTS meta.emitted (file_no BIGINT, entity VARCHAR, records BIGINT);
CREATE TABLE IF NOT EXISTS meta.entities (entity VARCHAR, given BOOLEAN, derived BOOLEAN, records BIGINT);
CREATE TABLE IF NOT EXISTS meta.assumptions (code VARCHAR, subject VARCHAR, text VARCHAR);
CREATE TABLE IF NOT EXISTS meta.own_tables (_system VARCHAR, has_orders BOOLEAN, has_lines BOOLEAN);
CREATE TABLE IF NOT EXISTS meta.unknown_columns (file_no BIGINT, column_name VARCHAR, filled BIGINT, example VARCHAR);
-- What a profile says of its system's change log; a system without a row is judged by what its log is seen to hold.
CREATE TABLE IF NOT EXISTS meta.change_logs (
    system VARCHAR, fields VARCHAR[], since TIMESTAMP, truncates_at INTEGER);
-- The key under which the records name people; no row where they stand under their names.
CREATE TABLE IF NOT EXISTS meta.pseudonyms (fingerprint VARCHAR);
CREATE TABLE IF NOT EXISTS ingest.left_out (file_no BIGINT, line BIGINT, disposition VARCHAR, reason VARCHAR);
CREATE TABLE IF NOT EXISTS ingest.quarantine (
    file_no BIGINT, file VARCHAR, line BIGINT, column_name VARCHAR, reason VARCHAR, message VARCHAR, raw VARCHAR);
CREATE TABLE IF NOT EXISTS ingest.unreadable (
    entity VARCHAR, record_key VARCHAR, order_key VARCHAR, order_id VARCHAR, line_id VARCHAR, column_name VARCHAR,
    raw VARCHAR, reason VARCHAR, file_no BIGINT, line BIGINT);
CREATE TABLE IF NOT EXISTS ingest.repairs (
    entity VARCHAR, record_key VARCHAR, order_key VARCHAR, column_name VARCHAR, raw VARCHAR, repaired VARCHAR,
    rule VARCHAR, file_no BIGINT, line BIGINT);
CREATE TABLE IF NOT EXISTS ingest.conflicts (
    entity VARCHAR, record_key VARCHAR, order_key VARCHAR, column_name VARCHAR, kept VARCHAR, other VARCHAR,
    kept_file_no BIGINT, kept_line BIGINT, other_file_no BIGINT, other_line BIGINT);
CREATE TABLE IF NOT EXISTS work.changed_orders (order_key VARCHAR);
CREATE TABLE IF NOT EXISTS work.rule_hits (
    rule VARCHAR, record_key VARCHAR, order_key VARCHAR, order_id VARCHAR, line_id VARCHAR, field VARCHAR,
    observed VARCHAR, expected VARCHAR, suggested VARCHAR, confidence DOUBLE, evidence VARCHAR);
