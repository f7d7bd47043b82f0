/* ---
grain: system, entity, field and value
makes: usual_texts
refresh: full
--- */
-- What stands in the text fields, and how often. A field is one of: a key (every record has its own), a code (points at
-- something that has a key), a user, a category (a few values for all records), or a name or text that people are free in.
CREATE OR REPLACE TABLE work.text_fields AS
SELECT * FROM (VALUES
  ('orders', 'order_id', 'key'), ('orders', 'order_number', 'key'), ('orders', 'order_type', 'category'),
  ('orders', 'customer_id', 'code'), ('orders', 'customer_name', 'name'), ('orders', 'entered_by', 'user'),
  ('orders', 'channel', 'category'), ('orders', 'sales_org', 'category'), ('orders', 'region', 'category'),
  ('orders', 'department', 'category'), ('orders', 'currency', 'category'), ('orders', 'ship_to', 'code'),
  ('orders', 'payment_terms', 'category'), ('orders', 'status', 'category'), ('orders', 'updated_by', 'user'),
  ('order_lines', 'sku', 'code'), ('order_lines', 'description', 'name'), ('order_lines', 'unit', 'category'),
  ('order_lines', 'status', 'category'), ('order_lines', 'updated_by', 'user'),
  ('customers', 'customer_id', 'code'), ('customers', 'name', 'name'), ('customers', 'aliases', 'name'),
  ('customers', 'region', 'category'), ('customers', 'country', 'category'), ('customers', 'ship_tos', 'name'),
  ('customers', 'payment_terms', 'category'), ('customers', 'currency', 'category'),
  ('products', 'sku', 'code'), ('products', 'name', 'name'), ('products', 'aliases', 'name'),
  ('products', 'family', 'category'), ('products', 'unit', 'category'), ('products', 'pack_unit', 'category'),
  ('exceptions', 'type', 'category'), ('exceptions', 'raised_by', 'user'), ('exceptions', 'owner', 'user'),
  ('exceptions', 'resolved_by', 'user'), ('exceptions', 'resolution', 'category'),
  ('user_actions', 'activity', 'category'), ('user_actions', 'user_id', 'user'), ('user_actions', 'role', 'category'),
  ('user_actions', 'department', 'category')
) fields(entity, field, role);

-- The text fields of all records below one another, keys apart: each table is read once for every rule about texts.
CREATE OR REPLACE VIEW work.texts AS
SELECT 'orders' AS entity, * FROM (UNPIVOT (
  SELECT _system, order_type, customer_id, customer_name, entered_by, channel, sales_org, region, department, currency,
    ship_to, payment_terms, status, updated_by FROM core.orders
) ON COLUMNS(* EXCLUDE _system) INTO NAME field VALUE value)
UNION ALL
SELECT 'order_lines', * FROM (UNPIVOT (
  SELECT _system, sku, description, unit, status, updated_by FROM core.order_lines
) ON COLUMNS(* EXCLUDE _system) INTO NAME field VALUE value)
UNION ALL
SELECT 'customers', * FROM (UNPIVOT (
  SELECT _system, customer_id, name, aliases, region, country, ship_tos, payment_terms, currency FROM core.customers
) ON COLUMNS(* EXCLUDE _system) INTO NAME field VALUE value)
UNION ALL
SELECT 'products', * FROM (UNPIVOT (
  SELECT _system, sku, name, aliases, family, unit, pack_unit FROM core.products
) ON COLUMNS(* EXCLUDE _system) INTO NAME field VALUE value)
UNION ALL
SELECT 'exceptions', * FROM (UNPIVOT (
  SELECT _system, type, raised_by, owner, resolved_by, resolution FROM core.exceptions
) ON COLUMNS(* EXCLUDE _system) INTO NAME field VALUE value);

CREATE OR REPLACE TABLE work.usual_texts AS
SELECT entity, _system, field, value, count(*) AS records FROM work.texts GROUP BY ALL
UNION ALL
-- There are many actions, of a few users and activities: counted first.
SELECT 'user_actions', _system, field, value, sum(n)::BIGINT FROM (UNPIVOT (
  SELECT _system, activity, user_id, role, department, count(*) AS n FROM core.user_actions GROUP BY ALL
) ON activity, user_id, role, department INTO NAME field VALUE value) GROUP BY ALL;
