/* ---
mart: order_facts
phase: orders
text: One row an order, with everything that a KPI counts. What cannot be told is null, never zero.
--- */
WITH lines AS (
    SELECT l.order_key, count(*) AS n_lines, max_by(p.family, l.net_amount) AS product_family,
        CASE WHEN count(l.net_amount) = count(*) THEN sum(l.net_amount) END AS net_amount
    FROM scope.order_lines l LEFT JOIN core.products p ON p.sku = l.sku AND p._system = l._system GROUP BY l.order_key
),
acts AS (
    SELECT order_key, count(*) AS n_actions,
        count(*) FILTER (WHERE automatic) AS n_automated_actions,
        count(*) FILTER (WHERE NOT automatic) AS n_manual_actions,
        count(*) FILTER (WHERE automatic IS NULL) AS n_unknown_actions,
        coalesce(min("at") FILTER (WHERE activity_kind = 'confirm'), min("at") FILTER (WHERE activity_kind = 'approve')) AS confirmed_at,
        max("at") FILTER (WHERE activity_kind = 'ship') AS shipped_at,
        min("at") FILTER (WHERE activity_kind = 'invoice') AS invoiced_at,
        min("at") FILTER (WHERE stage_no = 1 AND marks = 'end') AS submitted_at,
        min("at") FILTER (WHERE activity_kind = 'cancel') AS cancel_action_at,
        max("at") AS last_activity_at,
        max("at") FILTER (WHERE activity_kind = 'complete' OR stage_no = (SELECT max(stage_no) FROM meta.stages)) AS completed_at,
        bool_or(is_repeat) AS has_rework,
        bool_or(coalesce(repeat_kind = 'repeat', false) AND is_repeat) AS has_repeat,
        bool_or(coalesce(repeat_kind = 'redo', false) AND is_repeat) AS has_redo
    FROM scope.action_facts GROUP BY order_key
),
manual AS (
    SELECT a.order_key,
        count(*) FILTER (WHERE NOT a.automatic AND a."at" <= coalesce(s.submitted_at, a."at")) AS manual_entry,
        count(*) FILTER (WHERE NOT a.automatic AND a."at" <= coalesce(s.invoiced_at, a."at")) AS manual_invoice
    FROM scope.action_facts a JOIN acts s USING (order_key) GROUP BY a.order_key
),
users AS (SELECT order_key, list(user_id ORDER BY user_id) AS touched_by FROM user_touches GROUP BY order_key),
families AS (SELECT order_key, list(product_family ORDER BY product_family) AS families FROM line_families GROUP BY order_key),
stages AS (
    SELECT order_key, bool_or(is_open) AS is_open, min_by(stage, stage_no) FILTER (WHERE is_open) AS current_stage
    FROM scope.stage_facts GROUP BY order_key
),
changes AS (
    SELECT order_key, count(*) AS n_changes,
        count(*) FILTER (WHERE material AND after_confirmation) AS n_material_changes_after_confirmation
    FROM scope.change_facts GROUP BY order_key
),
exceptions AS (
    SELECT order_key, count(*) AS n_exceptions FROM scope.exception_facts GROUP BY order_key
),
errors AS (
    SELECT order_key, count(*) AS n_errors, count(DISTINCT line_key) AS n_line_errors, min(found_at) AS first_error_at,
        sum(cost) AS error_cost, bool_or(is_entry_error) AS has_entry_error
    FROM scope.error_facts GROUP BY order_key
),
delivered AS (
    SELECT order_key, line_key,
        CASE WHEN bool_or(cumulative) THEN max(quantity) ELSE sum(quantity) END AS quantity, max("at") AS last_at
    FROM scope.deliveries WHERE coalesce(kind, 'delivery') = 'delivery' GROUP BY ALL
),
-- In full can be told where every delivery of the order names its line and its quantity.
measured AS (SELECT order_key FROM delivered GROUP BY order_key HAVING bool_and(line_key IS NOT NULL AND quantity IS NOT NULL)),
fulfilment AS (
    SELECT l.order_key, CASE WHEN count(l.quantity) = count(*) THEN bool_and(coalesce(d.quantity >= l.quantity, false)) END AS in_full
    FROM scope.order_lines l SEMI JOIN measured USING (order_key) LEFT JOIN delivered d ON d.line_key = l.line_key
    GROUP BY l.order_key
),
last_delivery AS (SELECT order_key, max(last_at) AS delivered_at FROM delivered GROUP BY order_key),
base AS (
    SELECT o.*, n.data_until, n.mature_days, n.delivery_tolerance_days, n.reporting_zone,
        coalesce(o.cancelled_at, a.cancel_action_at) AS ended_by_cancel,
        coalesce(d.delivered_at, a.shipped_at) AS delivered_at,
        CASE WHEN a.order_key IS NOT NULL THEN a.has_rework WHEN g.repeats THEN false END AS has_rework
    FROM scope.orders o CROSS JOIN meta.now n CROSS JOIN given g
    LEFT JOIN acts a USING (order_key) LEFT JOIN last_delivery d USING (order_key)
)
SELECT
    o.order_key, o.order_id, o.order_number, o._system AS system, 
    -- Of an order that its lines or actions alone tell of, though its system delivers orders, it is not known what it is.
    CASE WHEN o._source = 'derived' AND w.has_orders THEN o.order_class ELSE coalesce(o.order_class, 'sale') END AS order_class, o.order_type, o.ordered_at,
    CAST(timezone(o.reporting_zone, timezone('UTC', o.ordered_at)) AS DATE) AS ordered_on,
    o.customer_id, coalesce(o.customer_name, c.name, o.customer_id) AS customer_name, o.entered_by, o.channel, o.sales_org,
    coalesce(o.region, c.region) AS region, o.department, l.product_family, p.families, u.touched_by, o.currency, coalesce(o.net_amount, l.net_amount) AS net_amount, coalesce(l.n_lines, 0) AS n_lines,
    o.requested_delivery_date, o.promised_delivery_date, o.ship_to, o.status, o.ended_by_cancel AS cancelled_at,
    o.ended_by_cancel IS NOT NULL OR coalesce(meta.status_means(o.status) = 'cancelled', false) AS is_cancelled,
    -- Without an event log the word of the status tells; a word that nobody knows tells nothing.
    CASE WHEN g.actions THEN coalesce(s.is_open, false) WHEN is_cancelled THEN false ELSE meta.status_means(o.status) = 'open' END AS is_open, s.current_stage,
    a.confirmed_at, a.submitted_at, o.delivered_at AS shipped_at, a.invoiced_at, a.completed_at, coalesce(a.last_activity_at, o.ordered_at) AS last_activity_at,
    CASE WHEN g.actions THEN coalesce(a.n_actions, 0) END AS n_actions,
    CASE WHEN g.actions THEN coalesce(a.n_manual_actions, 0) END AS n_manual_actions,
    CASE WHEN g.actions THEN coalesce(a.n_automated_actions, 0) END AS n_automated_actions,
    CASE WHEN g.changes THEN coalesce(h.n_changes, 0) END AS n_changes,
    CASE WHEN g.changes AND a.confirmed_at IS NOT NULL THEN coalesce(h.n_material_changes_after_confirmation, 0) END
        AS n_material_changes_after_confirmation,
    CASE WHEN g.exceptions THEN coalesce(x.n_exceptions, 0) END AS n_exceptions,
    coalesce(f.n_defects, 0) AS n_defects, coalesce(f.n_high_defects, 0) AS n_high_defects,
    CASE WHEN g.errors THEN coalesce(e.n_errors, 0) > 0 END AS has_error,
    CASE WHEN g.errors THEN coalesce(e.n_errors, 0) END AS n_errors,
    CASE WHEN g.errors THEN coalesce(e.n_line_errors, 0) END AS n_line_errors,
    CASE WHEN g.errors THEN coalesce(e.has_entry_error, false) END AS has_entry_error,
    e.first_error_at, e.error_cost,
    o.ordered_at <= o.data_until - to_days(o.mature_days) AS is_mature,
    CASE
        WHEN o.promised_delivery_date IS NULL THEN NULL
        WHEN o.delivered_at IS NOT NULL
            THEN CAST(timezone(o.reporting_zone, timezone('UTC', o.delivered_at)) AS DATE) <= o.promised_delivery_date + o.delivery_tolerance_days
        WHEN o.ended_by_cancel IS NULL AND CAST(timezone(o.reporting_zone, timezone('UTC', o.data_until)) AS DATE) > o.promised_delivery_date + o.delivery_tolerance_days
            AND (g.deliveries OR g.shipments) THEN false
    END AS on_time,
    CASE WHEN g.deliveries THEN i.in_full END AS in_full,
    o.has_rework,
    CASE WHEN o.has_rework IS NOT NULL AND g.users THEN coalesce(a.has_repeat, false) END AS has_repeat,
    CASE WHEN o.has_rework IS NOT NULL AND g.users THEN coalesce(a.has_redo, false) END AS has_redo,
    CASE WHEN a.n_unknown_actions = 0 AND a.submitted_at IS NOT NULL THEN m.manual_entry = 0 END AS touchless_entry,
    CASE WHEN a.n_unknown_actions = 0 AND a.invoiced_at IS NOT NULL THEN m.manual_invoice = 0 AND coalesce(h.n_changes, 0) = 0 END
        AS touchless_invoice,
    CASE WHEN g.actions AND g.errors
        THEN coalesce(e.n_errors, 0) = 0 AND NOT o.has_rework AND coalesce(h.n_changes, 0) = 0 END AS first_time_right,
    date_diff('second', o.ordered_at, coalesce(o.delivered_at, a.completed_at)) / 3600.0 AS cycle_hours
FROM base o
CROSS JOIN given g
LEFT JOIN (SELECT _system, customer_id, name, region FROM core.customers) c ON c.customer_id = o.customer_id AND c._system = o._system
LEFT JOIN meta.own_tables w ON w._system = o._system
LEFT JOIN lines l USING (order_key)
LEFT JOIN families p USING (order_key)
LEFT JOIN users u USING (order_key)
LEFT JOIN acts a USING (order_key)
LEFT JOIN manual m USING (order_key)
LEFT JOIN stages s USING (order_key)
LEFT JOIN changes h USING (order_key)
LEFT JOIN exceptions x USING (order_key)
LEFT JOIN errors e USING (order_key)
LEFT JOIN order_defects f USING (order_key)
LEFT JOIN fulfilment i USING (order_key)
