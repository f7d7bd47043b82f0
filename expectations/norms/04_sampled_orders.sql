/* ---
grain: order of the sample
makes: sampled_orders
refresh: full
--- */
-- Some tens of thousands of orders, chosen by their key, on which what is usual is measured; all where there are no more.
CREATE OR REPLACE TABLE work.sampled_orders AS
SELECT order_key, _system, coalesce(order_class, 'sale') AS order_class, order_type, channel, cancelled_at
FROM core.orders
WHERE hash(order_key) % (SELECT greatest(1, count(*) // 50000)::UBIGINT FROM core.orders) = 0;
