-- Orders with exceptions: how many of them had several, the same type again, and an exception during which nobody approved anything
-- or sent an alert. Exceptions without a beginning cannot be judged.
WITH kept AS (
    SELECT e.order_key, e.type, a.record_key IS NOT NULL AS is_judged, a.approved_at IS NULL AND a.alerted_at IS NULL AS is_silent
    FROM selected_exceptions e LEFT JOIN marts.exception_answers a USING (record_key)
),
by_type AS (
    SELECT order_key, type, count(*) AS n, bool_or(is_judged AND is_silent) AS is_silent, bool_or(is_judged) AS is_judged FROM kept GROUP BY ALL
),
by_order AS (
    SELECT order_key, sum(n) AS n, max(n) AS most, bool_or(is_silent) AS is_silent, bool_or(is_judged) AS is_judged FROM by_type GROUP BY order_key
)
SELECT count(*) AS orders, count(*) FILTER (WHERE n > 1) AS several, count(*) FILTER (WHERE most > 1) AS repeated,
    count(*) FILTER (WHERE is_judged) AS judged, count(*) FILTER (WHERE is_silent) AS silent, max(n)::BIGINT AS most
FROM by_order
