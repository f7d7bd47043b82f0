/* ---
grain: series of order numbers
makes: number_series
refresh: full
--- */
-- Of the steps of at most fifty from one number to the next: how many there are, how many are 1, and how many go forward in time.
CREATE OR REPLACE TABLE work.number_series AS
SELECT series, count(*) AS n, avg((step = 1)::INTEGER) AS dense, avg((ordered_at >= before)::INTEGER) AS in_order
FROM (
  SELECT series, ordered_at, number - lag(number) OVER one AS step, lag(ordered_at) OVER one AS before
  FROM work.order_numbers WINDOW one AS (PARTITION BY series ORDER BY number)
) WHERE step BETWEEN 1 AND 50 GROUP BY series;
