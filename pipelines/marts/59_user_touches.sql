/* ---
mart: user_touches
phase: orders
temporary: true
text: Who entered and who touched which order, of the orders in scope.
--- */
WITH touches AS (
    SELECT order_key, user_id, 1 AS n_actions, 0 AS n_changes, false AS entered FROM scope.user_actions WHERE user_id IS NOT NULL
    UNION ALL
    SELECT order_key, changed_by, 0, 1, false FROM scope.order_changes WHERE changed_by IS NOT NULL
    UNION ALL
    SELECT order_key, entered_by, 0, 0, true FROM scope.orders WHERE entered_by IS NOT NULL
)
SELECT order_key, user_id, bool_or(entered) AS entered, sum(n_actions) + sum(n_changes) > 0 AS touched,
    CAST(sum(n_actions) AS BIGINT) AS n_actions, CAST(sum(n_changes) AS BIGINT) AS n_changes
FROM touches GROUP BY order_key, user_id
