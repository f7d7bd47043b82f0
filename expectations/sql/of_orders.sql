-- A few orders, their lines, and what was done with them. Their rows are found by the order's key alone, then fetched by their place: there is no
-- index, and to read all columns of a long history on the way takes six times as long.
CREATE OR REPLACE MACRO work.actions_of(orders) AS TABLE
SELECT * FROM core.user_actions WHERE rowid IN (SELECT rowid FROM core.user_actions SEMI JOIN query_table(orders) USING (order_key));

CREATE OR REPLACE MACRO work.action_facts_of(orders) AS TABLE
SELECT * FROM marts.action_facts WHERE rowid IN (SELECT rowid FROM marts.action_facts SEMI JOIN query_table(orders) USING (order_key));

CREATE OR REPLACE MACRO work.orders_of(orders) AS TABLE
SELECT * FROM core.orders WHERE rowid IN (SELECT rowid FROM core.orders SEMI JOIN query_table(orders) USING (order_key));

CREATE OR REPLACE MACRO work.order_lines_of(orders) AS TABLE
SELECT * FROM core.order_lines WHERE rowid IN (SELECT rowid FROM core.order_lines SEMI JOIN query_table(orders) USING (order_key));
