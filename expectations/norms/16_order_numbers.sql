/* ---
grain: order that a source gave a number
makes: order_numbers
refresh: orders
--- */
-- The number at the end of the order number (else of the key), within what stands before it: so 'SO-2026-' and 'SO-2025-' count
-- apart, as `series`.
WITH texts AS MATERIALIZED (
  SELECT order_key, ordered_at, _system, order_number IS NULL AS is_key, coalesce(order_number, order_id) AS text,
    regexp_extract(coalesce(order_number, order_id), '[0-9]*$') AS digits
  FROM scope.orders WHERE _source IS DISTINCT FROM 'derived'
)
SELECT order_key, ordered_at, hash(_system, is_key, left(text, length(text) - length(digits))) AS series, TRY_CAST(digits AS BIGINT) AS number
FROM texts WHERE length(digits) BETWEEN 1 AND 18
