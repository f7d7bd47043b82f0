/* ---
name: risk_span
title: The time that the features of the orders of interest look at
usage: >
  Put the orders of interest into work.risk_targets (order_key), run this, then features.sql. As variables, the bounds are known before the
  query is planned: DuckDB would take a join with them for one of few rows, and join the other way around.
  Errors of orders up to 95 days older count. The days from risk_alike_from on, up to the one before the first order, are in the year
  before each of them: one sum will do for these.
--- */
SET VARIABLE risk_first = (SELECT min(o.ordered_at) FROM core.orders AS o SEMI JOIN work.risk_targets AS t USING (order_key));
SET VARIABLE risk_until = (SELECT max(o.ordered_at) FROM core.orders AS o SEMI JOIN work.risk_targets AS t USING (order_key));
SET VARIABLE risk_since = getvariable('risk_first') - INTERVAL 460 DAY;
SET VARIABLE risk_alike_from = getvariable('risk_until')::DATE - 365;
SET VARIABLE risk_alike_day = getvariable('risk_first')::DATE - 1;
