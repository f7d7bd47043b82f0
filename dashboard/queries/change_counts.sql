-- Orders by their number of recorded changes; six and more are one group.
WITH changed AS (SELECT order_key, count(*) AS n FROM selected_changes WHERE changed_at IS NOT NULL GROUP BY order_key)
SELECT least(n, 6) AS changes, count(*) AS orders, sum(n)::BIGINT AS all_changes, max(n) AS most FROM changed GROUP BY ALL ORDER BY 1
