-- What one round of mining and judging fills.
CREATE OR REPLACE TABLE work.learned_voices (determinant VARCHAR, voices VARCHAR);
CREATE OR REPLACE TABLE work.learned_crowding (column_name VARCHAR, crowded DOUBLE);
CREATE OR REPLACE TABLE work.learned_judged (
  determinant VARCHAR, dependent VARCHAR, value VARCHAR, dependent_value VARCHAR, is_counted BOOLEAN, n BIGINT);
CREATE OR REPLACE TABLE work.learned_votes (
  rid UBIGINT, field VARCHAR, observed VARCHAR, determinant VARCHAR, value VARCHAR, expected VARCHAR, expected_n BIGINT,
  others BIGINT, is_new BOOLEAN, weight DOUBLE);
CREATE OR REPLACE TABLE work.learned_suspects (
  rid UBIGINT, field VARCHAR, how VARCHAR, observed VARCHAR, suggested VARCHAR, weight DOUBLE, evidence VARCHAR);
CREATE OR REPLACE TABLE work.learned_recent (determinant VARCHAR, field VARCHAR, value VARCHAR, observed VARCHAR);
CREATE OR REPLACE TABLE work.learned_support (rid UBIGINT, field VARCHAR, determinant VARCHAR, weight DOUBLE);
CREATE OR REPLACE TABLE work.learned_shared (field VARCHAR, column_name VARCHAR, value VARCHAR, n BIGINT);
CREATE OR REPLACE TABLE work.learned_odd_values (
  column_name VARCHAR, value VARCHAR, how VARCHAR, suggested VARCHAR, weight DOUBLE, evidence VARCHAR)
