-- The counted pairs in both directions. Nothing follows from a value that is not there, nor from a word that says so.
CREATE OR REPLACE VIEW work.learned_directed AS
SELECT dataset, left_column AS determinant, right_column AS dependent, left_value AS value,
  right_value AS dependent_value, n
FROM learned.pair_counts WHERE left_value <> '' AND NOT work.learned_placeholder(left_value)
UNION ALL
SELECT dataset, right_column, left_column, right_value, left_value, n
FROM learned.pair_counts WHERE right_value <> '' AND NOT work.learned_placeholder(right_value);

-- One row a determinant's value: the records that share it, and the two values that lead among them.
CREATE OR REPLACE MACRO work.learned_groups_of(pairs) AS TABLE
WITH ranked AS (
  SELECT *, CASE WHEN dependent_value <> '' THEN row_number() OVER (
    PARTITION BY determinant, dependent, value, dependent_value = '' ORDER BY n DESC, dependent_value) END AS place
  FROM query_table(pairs)
)
SELECT determinant, dependent, value,
  coalesce(sum(n) FILTER (dependent_value <> ''), 0)::BIGINT AS filled,
  coalesce(sum(n) FILTER (dependent_value = ''), 0)::BIGINT AS missing,
  max(dependent_value) FILTER (place = 1) AS leader, coalesce(max(n) FILTER (place = 1), 0) AS leader_n,
  max(dependent_value) FILTER (place = 2) AS second, coalesce(max(n) FILTER (place = 2), 0) AS second_n,
  coalesce(sum(n * (n - 1)) FILTER (dependent_value <> ''), 0)::DOUBLE AS agreeing
FROM ranked GROUP BY ALL
