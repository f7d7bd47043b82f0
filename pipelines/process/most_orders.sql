-- Whether more than half of the orders with actions have one and the same activity that is not among `$keys`.
WITH unknown AS (
    SELECT count(DISTINCT order_key) AS orders FROM core.user_actions
    WHERE nullif(trim(activity), '') IS NOT NULL AND NOT list_contains($keys, lower(trim(activity)))
    GROUP BY lower(trim(activity))
)
SELECT coalesce(max(orders), 0) > 0.5 * (SELECT count(DISTINCT order_key) FROM core.user_actions) FROM unknown
