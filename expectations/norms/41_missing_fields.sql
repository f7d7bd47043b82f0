/* ---
grain: judged record and empty field of which it is known whether it must be filled in
makes: missing_fields
refresh: always
--- */
-- `verdict` says by whom and how: required or optional by the company's entry templates; else of its lines (an order made
-- from the rows of its lines has not the field because one of these has not, where it is told); learned (this order type
-- and channel nearly always have the field, though the source as a whole has not); or open (the source mostly has it,
-- orders of this type and channel have not). What stands here is not judged by the rule for the whole source.
CREATE TABLE IF NOT EXISTS work.entry_templates (
  template_no INTEGER, line INTEGER, entity VARCHAR, field VARCHAR, required BOOLEAN, order_types VARCHAR[], channels VARCHAR[],
  order_classes VARCHAR[], sales_orgs VARCHAR[]);

CREATE OR REPLACE TEMP TABLE field_demands AS
WITH sorts AS (
  SELECT DISTINCT _system, order_type AS of_type, channel AS of_channel, order_class AS of_class, sales_org AS of_org FROM core.orders
)
-- The last template that names the field for such an order decides. An empty list: of whatever type, class, ...
SELECT s.*, t.entity, t.field, arg_max(t.required, t.template_no) AS required, arg_max(t.line, t.template_no) AS line
FROM sorts s JOIN work.entry_templates t
  ON (t.order_types = [] OR list_contains(t.order_types, lower(trim(s.of_type))))
  AND (t.channels = [] OR list_contains(t.channels, lower(trim(s.of_channel))))
  AND (t.order_classes = [] OR list_contains(t.order_classes, lower(trim(s.of_class))))
  AND (t.sales_orgs = [] OR list_contains(t.sales_orgs, lower(trim(s.of_org))))
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE field_customs AS
-- Nine tenths are what the rules about the whole source ask for (templates/required.sql); of the fields named here they
-- ask nothing.
SELECT *, CASE WHEN at_least >= 0.9 AND (everywhere < 0.9 OR field IN ('order_number', 'order_class', 'order_type',
    'tax_amount', 'gross_amount', 'line_no', 'description', 'base_quantity', 'discount')) THEN 'learned'
  WHEN everywhere >= 0.9 AND records >= 50 AND filled < 0.5 * records THEN 'open' END AS verdict
FROM work.filled_fields;

CREATE OR REPLACE TEMP TABLE gaps_of_lines AS
SELECT DISTINCT order_key, field FROM (UNPIVOT (
  SELECT l.order_key, l._system, l.net_amount IS NULL AS net_amount, l.tax_amount IS NULL AS tax_amount,
    l.gross_amount IS NULL AS gross_amount, l.requested_delivery_date IS NULL AS requested_delivery_date
  FROM scope.order_lines l JOIN scope.orders o USING (order_key) WHERE o._derived
) ON COLUMNS(* EXCLUDE (order_key, _system)) INTO NAME field VALUE is_empty)
WHERE is_empty
  AND (_system, field) IN (SELECT (_system, field) FROM work.filled_fields WHERE entity = 'order_lines' AND everywhere > 0);

-- The empty fields, each column by itself: one that has no gaps, or of which nothing is known, is not read.
CREATE OR REPLACE TEMP TABLE field_gaps AS
WITH asked AS (
  SELECT entity, field FROM temp.field_customs WHERE verdict IS NOT NULL
  UNION SELECT entity, field FROM temp.field_demands WHERE required IS NOT NULL
  UNION SELECT 'orders', field FROM temp.gaps_of_lines
), asked_of_orders AS (
  SELECT field FROM asked WHERE entity = 'orders'
), asked_of_order_lines AS (
  SELECT field FROM asked WHERE entity = 'order_lines'
)
SELECT 'orders' AS entity, record_key, 'order_number' AS field FROM scope.orders WHERE order_number IS NULL AND EXISTS (FROM asked_of_orders WHERE field = 'order_number')
UNION ALL SELECT 'orders', record_key, 'order_class' FROM scope.orders WHERE order_class IS NULL AND EXISTS (FROM asked_of_orders WHERE field = 'order_class')
UNION ALL SELECT 'orders', record_key, 'order_type' FROM scope.orders WHERE order_type IS NULL AND EXISTS (FROM asked_of_orders WHERE field = 'order_type')
UNION ALL SELECT 'orders', record_key, 'ordered_at' FROM scope.orders WHERE ordered_at IS NULL AND EXISTS (FROM asked_of_orders WHERE field = 'ordered_at')
UNION ALL SELECT 'orders', record_key, 'customer_id' FROM scope.orders WHERE customer_id IS NULL AND EXISTS (FROM asked_of_orders WHERE field = 'customer_id')
UNION ALL SELECT 'orders', record_key, 'customer_name' FROM scope.orders WHERE customer_name IS NULL AND EXISTS (FROM asked_of_orders WHERE field = 'customer_name')
UNION ALL SELECT 'orders', record_key, 'entered_by' FROM scope.orders WHERE entered_by IS NULL AND EXISTS (FROM asked_of_orders WHERE field = 'entered_by')
UNION ALL SELECT 'orders', record_key, 'channel' FROM scope.orders WHERE channel IS NULL AND EXISTS (FROM asked_of_orders WHERE field = 'channel')
UNION ALL SELECT 'orders', record_key, 'sales_org' FROM scope.orders WHERE sales_org IS NULL AND EXISTS (FROM asked_of_orders WHERE field = 'sales_org')
UNION ALL SELECT 'orders', record_key, 'region' FROM scope.orders WHERE region IS NULL AND EXISTS (FROM asked_of_orders WHERE field = 'region')
UNION ALL SELECT 'orders', record_key, 'department' FROM scope.orders WHERE department IS NULL AND EXISTS (FROM asked_of_orders WHERE field = 'department')
UNION ALL SELECT 'orders', record_key, 'currency' FROM scope.orders WHERE currency IS NULL AND EXISTS (FROM asked_of_orders WHERE field = 'currency')
UNION ALL SELECT 'orders', record_key, 'net_amount' FROM scope.orders WHERE net_amount IS NULL AND EXISTS (FROM asked_of_orders WHERE field = 'net_amount')
UNION ALL SELECT 'orders', record_key, 'tax_amount' FROM scope.orders WHERE tax_amount IS NULL AND EXISTS (FROM asked_of_orders WHERE field = 'tax_amount')
UNION ALL SELECT 'orders', record_key, 'gross_amount' FROM scope.orders WHERE gross_amount IS NULL AND EXISTS (FROM asked_of_orders WHERE field = 'gross_amount')
UNION ALL SELECT 'orders', record_key, 'requested_delivery_date' FROM scope.orders WHERE requested_delivery_date IS NULL AND EXISTS (FROM asked_of_orders WHERE field = 'requested_delivery_date')
UNION ALL SELECT 'orders', record_key, 'promised_delivery_date' FROM scope.orders WHERE promised_delivery_date IS NULL AND EXISTS (FROM asked_of_orders WHERE field = 'promised_delivery_date')
UNION ALL SELECT 'orders', record_key, 'ship_to' FROM scope.orders WHERE ship_to IS NULL AND EXISTS (FROM asked_of_orders WHERE field = 'ship_to')
UNION ALL SELECT 'orders', record_key, 'payment_terms' FROM scope.orders WHERE payment_terms IS NULL AND EXISTS (FROM asked_of_orders WHERE field = 'payment_terms')
UNION ALL SELECT 'orders', record_key, 'status' FROM scope.orders WHERE status IS NULL AND EXISTS (FROM asked_of_orders WHERE field = 'status')
UNION ALL SELECT 'order_lines', record_key, 'line_no' FROM scope.order_lines WHERE line_no IS NULL AND EXISTS (FROM asked_of_order_lines WHERE field = 'line_no')
UNION ALL SELECT 'order_lines', record_key, 'sku' FROM scope.order_lines WHERE sku IS NULL AND EXISTS (FROM asked_of_order_lines WHERE field = 'sku')
UNION ALL SELECT 'order_lines', record_key, 'description' FROM scope.order_lines WHERE description IS NULL AND EXISTS (FROM asked_of_order_lines WHERE field = 'description')
UNION ALL SELECT 'order_lines', record_key, 'quantity' FROM scope.order_lines WHERE quantity IS NULL AND EXISTS (FROM asked_of_order_lines WHERE field = 'quantity')
UNION ALL SELECT 'order_lines', record_key, 'unit' FROM scope.order_lines WHERE unit IS NULL AND EXISTS (FROM asked_of_order_lines WHERE field = 'unit')
UNION ALL SELECT 'order_lines', record_key, 'base_quantity' FROM scope.order_lines WHERE base_quantity IS NULL AND EXISTS (FROM asked_of_order_lines WHERE field = 'base_quantity')
UNION ALL SELECT 'order_lines', record_key, 'unit_price' FROM scope.order_lines WHERE unit_price IS NULL AND EXISTS (FROM asked_of_order_lines WHERE field = 'unit_price')
UNION ALL SELECT 'order_lines', record_key, 'discount' FROM scope.order_lines WHERE discount IS NULL AND EXISTS (FROM asked_of_order_lines WHERE field = 'discount')
UNION ALL SELECT 'order_lines', record_key, 'net_amount' FROM scope.order_lines WHERE net_amount IS NULL AND EXISTS (FROM asked_of_order_lines WHERE field = 'net_amount')
UNION ALL SELECT 'order_lines', record_key, 'tax_amount' FROM scope.order_lines WHERE tax_amount IS NULL AND EXISTS (FROM asked_of_order_lines WHERE field = 'tax_amount')
UNION ALL SELECT 'order_lines', record_key, 'gross_amount' FROM scope.order_lines WHERE gross_amount IS NULL AND EXISTS (FROM asked_of_order_lines WHERE field = 'gross_amount')
UNION ALL SELECT 'order_lines', record_key, 'requested_delivery_date' FROM scope.order_lines WHERE requested_delivery_date IS NULL AND EXISTS (FROM asked_of_order_lines WHERE field = 'requested_delivery_date')
UNION ALL SELECT 'order_lines', record_key, 'promised_delivery_date' FROM scope.order_lines WHERE promised_delivery_date IS NULL AND EXISTS (FROM asked_of_order_lines WHERE field = 'promised_delivery_date')
UNION ALL SELECT 'order_lines', record_key, 'status' FROM scope.order_lines WHERE status IS NULL AND EXISTS (FROM asked_of_order_lines WHERE field = 'status');

CREATE OR REPLACE TABLE work.missing_fields AS
WITH empty AS (
  SELECT g.entity, record_key, o.order_key, o.order_id, NULL::VARCHAR AS line_id, o._system, g.field, o.order_type AS of_type,
    o.channel AS of_channel, o.order_class AS of_class, o.sales_org AS of_org
  FROM temp.field_gaps g JOIN scope.orders o USING (record_key) WHERE g.entity = 'orders' AND o._source IS DISTINCT FROM 'derived'
  UNION ALL
  SELECT g.entity, l.record_key, l.order_key, l.order_id, l.line_id, l._system, g.field, o.order_type, o.channel, o.order_class, o.sales_org
  FROM temp.field_gaps g JOIN scope.order_lines l USING (record_key) JOIN scope.orders o ON o.order_key = l.order_key
  WHERE g.entity = 'order_lines' AND l._source IS DISTINCT FROM 'derived'
)
SELECT e.entity, e.record_key, e.order_key, e.order_id, e.line_id, e.field,
  CASE WHEN d.required THEN 'required' WHEN NOT d.required THEN 'optional' WHEN p.field IS NOT NULL THEN 'of its lines'
    ELSE c.verdict END AS verdict, d.line AS template_line,
  c.filled, c.records, c.at_least, c.everywhere, coalesce(' of type ' || e.of_type, '') || coalesce(' by ' || e.of_channel, '') AS sort
FROM empty e
LEFT JOIN temp.field_demands d ON d.entity = e.entity AND d.field = e.field AND d._system = e._system AND d.of_type IS NOT DISTINCT FROM e.of_type
  AND d.of_channel IS NOT DISTINCT FROM e.of_channel AND d.of_class IS NOT DISTINCT FROM e.of_class AND d.of_org IS NOT DISTINCT FROM e.of_org
LEFT JOIN temp.field_customs c ON c.entity = e.entity AND c.field = e.field AND c._system = e._system AND c.verdict IS NOT NULL
  AND c.of_type IS NOT DISTINCT FROM e.of_type AND c.of_channel IS NOT DISTINCT FROM e.of_channel
  AND c.of_class IS NOT DISTINCT FROM e.of_class
LEFT JOIN temp.gaps_of_lines p ON e.entity = 'orders' AND p.order_key = e.order_key AND p.field = e.field
WHERE d.required IS NOT NULL OR c.verdict IS NOT NULL OR p.field IS NOT NULL;

DROP TABLE temp.field_demands;
DROP TABLE temp.field_customs;
DROP TABLE temp.gaps_of_lines;
DROP TABLE temp.field_gaps;
