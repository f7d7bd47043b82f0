-- Counts of the records that are new were appended: one row each again.
CREATE OR REPLACE TABLE work.learned_sum AS
SELECT dataset, column_name, value, sum(n)::BIGINT AS n FROM learned.value_counts WHERE dataset = $dataset GROUP BY ALL;
DELETE FROM learned.value_counts WHERE dataset = $dataset;
INSERT INTO learned.value_counts FROM work.learned_sum;
CREATE OR REPLACE TABLE work.learned_sum AS
SELECT dataset, left_column, right_column, left_value, right_value, sum(n)::BIGINT AS n
FROM learned.pair_counts WHERE dataset = $dataset GROUP BY ALL;
DELETE FROM learned.pair_counts WHERE dataset = $dataset;
INSERT INTO learned.pair_counts FROM work.learned_sum;
DROP TABLE work.learned_sum
