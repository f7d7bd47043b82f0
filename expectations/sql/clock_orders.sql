-- The orders that the passing of time alone may have made wrong: touched by this run, open, with an open finding of a
-- clock rule or an open exception, or moved within $days before the last run (their waiting time may have ended since: no
-- rule waits as long); what changed orders of other systems are linked with; and orders that no file brought yet.
CREATE OR REPLACE TABLE work.clock_orders AS
WITH last AS (SELECT max(data_until) - to_days($days::INTEGER) AS since FROM meta.run)
SELECT order_key FROM work.changed_orders
UNION SELECT order_key FROM marts.order_facts WHERE is_open
UNION SELECT order_key FROM marts.action_facts, last WHERE "at" >= last.since
UNION SELECT order_key FROM core.exceptions WHERE resolved_at IS NULL AND order_key IS NOT NULL
UNION SELECT d.order_key FROM ledger.defects d JOIN ledger.rules r USING (rule)
  WHERE r.reach = 'clock' AND d.resolved_at IS NULL AND d.order_key IS NOT NULL
UNION SELECT order_key FROM core.orders, last WHERE ordered_at >= last.since
UNION SELECT order_key FROM core.deliveries, last WHERE "at" >= last.since AND order_key IS NOT NULL
UNION SELECT order_key FROM core.invoices, last WHERE "at" >= last.since AND order_key IS NOT NULL
UNION SELECT order_key FROM core.order_links
  WHERE other_system || ':' || other_order_id IN (FROM work.changed_orders) AND order_key IS NOT NULL
UNION SELECT order_key FROM core.orders WHERE _source = 'derived'
  AND _system IN (SELECT _system FROM meta.own_tables WHERE has_orders AND has_lines)
