-- Which stage an order stood in: the stage that it completes next, waiting included. What completes a stage belongs to it, so
-- look up the last row with since < the time. One row a moment at which the stage changed, of the orders in the table or view
-- named (from their visits, in marts.stage_facts if not said otherwise); where several changed at once, the latest stage of the process counts.
CREATE OR REPLACE MACRO marts.stage_entries(orders, visits := 'marts.stage_facts') AS TABLE
WITH visits AS (
    SELECT order_key, stage, stage_no, CASE WHEN row_number() OVER trail = 1 THEN TIMESTAMP '0001-01-01'
        ELSE lag(ended_at) OVER trail END AS since
    FROM query_table(visits) SEMI JOIN query_table(orders) USING (order_key)
    WINDOW trail AS (PARTITION BY order_key ORDER BY ended_at NULLS LAST, stage_no)
)
SELECT order_key, max_by(stage, stage_no) AS stage, since FROM visits WHERE since IS NOT NULL GROUP BY order_key, since;
