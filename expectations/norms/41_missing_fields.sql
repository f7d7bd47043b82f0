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

CREATE OR REPLACE TABLE work.missing_fields AS
WITH sorts AS (
  SELECT DISTINCT _system, order_type AS of_type, channel AS of_channel, order_class AS of_class, sales_org AS of_org FROM core.orders
), demands AS (
  -- The last template that names the field for such an order decides. An empty list: of whatever type, class, ...
  SELECT s.*, t.entity, t.field, arg_max(t.required, t.template_no) AS required, arg_max(t.line, t.template_no) AS line
  FROM sorts s JOIN work.entry_templates t
    ON (t.order_types = [] OR list_contains(t.order_types, lower(trim(s.of_type))))
    AND (t.channels = [] OR list_contains(t.channels, lower(trim(s.of_channel))))
    AND (t.order_classes = [] OR list_contains(t.order_classes, lower(trim(s.of_class))))
    AND (t.sales_orgs = [] OR list_contains(t.sales_orgs, lower(trim(s.of_org))))
  GROUP BY ALL
), customs AS (
  -- Nine tenths are what the rules about the whole source ask for (templates/required.sql); of the fields named here they
  -- ask nothing.
  SELECT *, CASE WHEN at_least >= 0.9 AND (everywhere < 0.9 OR field IN ('order_number', 'order_class', 'order_type',
      'tax_amount', 'gross_amount', 'line_no', 'description', 'base_quantity', 'discount')) THEN 'learned'
    WHEN everywhere >= 0.9 AND records >= 50 AND filled < 0.5 * records THEN 'open' END AS verdict
  FROM work.filled_fields
), of_lines AS (
  SELECT DISTINCT order_key, field FROM (UNPIVOT (
    SELECT l.order_key, l._system, l.net_amount IS NULL AS net_amount, l.tax_amount IS NULL AS tax_amount,
      l.gross_amount IS NULL AS gross_amount, l.requested_delivery_date IS NULL AS requested_delivery_date
    FROM scope.order_lines l JOIN scope.orders o USING (order_key) WHERE o._derived
  ) ON COLUMNS(* EXCLUDE (order_key, _system)) INTO NAME field VALUE is_empty)
  WHERE is_empty
    AND (_system, field) IN (SELECT (_system, field) FROM work.filled_fields WHERE entity = 'order_lines' AND everywhere > 0)
), asked AS (
  -- The fields of which anything is known; nothing else need be looked at.
  SELECT entity, field FROM customs WHERE verdict IS NOT NULL
  UNION SELECT entity, field FROM demands WHERE required IS NOT NULL
  UNION SELECT 'orders', field FROM of_lines
), empty AS (
  SELECT 'orders' AS entity, * FROM (UNPIVOT (
    SELECT record_key, order_key, order_id, NULL::VARCHAR AS line_id, _system, order_type AS of_type, channel AS of_channel,
      order_class AS of_class, sales_org AS of_org, order_number IS NULL AS order_number, order_class IS NULL AS order_class,
      order_type IS NULL AS order_type, ordered_at IS NULL AS ordered_at, customer_id IS NULL AS customer_id,
      customer_name IS NULL AS customer_name, entered_by IS NULL AS entered_by, channel IS NULL AS channel,
      sales_org IS NULL AS sales_org, region IS NULL AS region, department IS NULL AS department, currency IS NULL AS currency,
      net_amount IS NULL AS net_amount, tax_amount IS NULL AS tax_amount, gross_amount IS NULL AS gross_amount,
      requested_delivery_date IS NULL AS requested_delivery_date, promised_delivery_date IS NULL AS promised_delivery_date,
      ship_to IS NULL AS ship_to, payment_terms IS NULL AS payment_terms, status IS NULL AS status
    FROM scope.orders WHERE _source IS DISTINCT FROM 'derived'
  ) ON COLUMNS(* EXCLUDE (record_key, order_key, order_id, line_id, _system, of_type, of_channel, of_class, of_org)) INTO NAME field VALUE is_empty)
  WHERE is_empty AND field IN (SELECT field FROM asked WHERE entity = 'orders')
  UNION ALL
  SELECT 'order_lines', * FROM (UNPIVOT (
    SELECT l.record_key, l.order_key, l.order_id, l.line_id, l._system, o.order_type AS of_type, o.channel AS of_channel,
      o.order_class AS of_class, o.sales_org AS of_org, l.line_no IS NULL AS line_no, l.sku IS NULL AS sku,
      l.description IS NULL AS description, l.quantity IS NULL AS quantity, l.unit IS NULL AS unit,
      l.base_quantity IS NULL AS base_quantity, l.unit_price IS NULL AS unit_price, l.discount IS NULL AS discount,
      l.net_amount IS NULL AS net_amount, l.tax_amount IS NULL AS tax_amount, l.gross_amount IS NULL AS gross_amount,
      l.requested_delivery_date IS NULL AS requested_delivery_date, l.promised_delivery_date IS NULL AS promised_delivery_date,
      l.status IS NULL AS status
    FROM scope.order_lines l JOIN scope.orders o USING (order_key) WHERE l._source IS DISTINCT FROM 'derived'
  ) ON COLUMNS(* EXCLUDE (record_key, order_key, order_id, line_id, _system, of_type, of_channel, of_class, of_org)) INTO NAME field VALUE is_empty)
  WHERE is_empty AND field IN (SELECT field FROM asked WHERE entity = 'order_lines')
)
SELECT e.entity, e.record_key, e.order_key, e.order_id, e.line_id, e.field,
  CASE WHEN d.required THEN 'required' WHEN NOT d.required THEN 'optional' WHEN p.field IS NOT NULL THEN 'of its lines'
    ELSE c.verdict END AS verdict, d.line AS template_line,
  c.filled, c.records, c.at_least, c.everywhere, coalesce(' of type ' || e.of_type, '') || coalesce(' by ' || e.of_channel, '') AS sort
FROM empty e
LEFT JOIN demands d ON d.entity = e.entity AND d.field = e.field AND d._system = e._system AND d.of_type IS NOT DISTINCT FROM e.of_type
  AND d.of_channel IS NOT DISTINCT FROM e.of_channel AND d.of_class IS NOT DISTINCT FROM e.of_class AND d.of_org IS NOT DISTINCT FROM e.of_org
LEFT JOIN customs c ON c.entity = e.entity AND c.field = e.field AND c._system = e._system AND c.verdict IS NOT NULL
  AND c.of_type IS NOT DISTINCT FROM e.of_type AND c.of_channel IS NOT DISTINCT FROM e.of_channel
  AND c.of_class IS NOT DISTINCT FROM e.of_class
LEFT JOIN of_lines p ON e.entity = 'orders' AND p.order_key = e.order_key AND p.field = e.field
WHERE d.required IS NOT NULL OR c.verdict IS NOT NULL OR p.field IS NOT NULL;
