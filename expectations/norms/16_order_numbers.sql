/* ---
grain: order that a source gave a number
makes: order_numbers
refresh: orders
--- */
-- The number at the end of the order number (else of the key), within what stands before it: so 'SO-2026-' and 'SO-2025-' count
-- apart, as `series`.
SELECT order_key, ordered_at, series, TRY_CAST(right(text, places) AS BIGINT) AS number
FROM (
  SELECT order_key, ordered_at, coalesce(order_number, order_id) AS text, rtrim(text, '0123456789') AS prefix,
    strlen(text) - strlen(prefix) AS places, hash(_system, order_number IS NULL, prefix) AS series
  FROM scope.orders WHERE _source IS DISTINCT FROM 'derived'
) WHERE places BETWEEN 1 AND 18
