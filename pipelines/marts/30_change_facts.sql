/* ---
mart: change_facts
phase: facts
text: >
  One row a recorded change. Material fields are those that decide what is delivered, where, when and for how much. A change is
  customer-initiated where the log says so (reason or requester); null where the log gives no reason at all.
--- */
WITH milestones AS (
    SELECT order_key,
        min("at") FILTER (WHERE stage_no = 1 AND marks = 'end') AS submitted_at,
        coalesce(min("at") FILTER (WHERE activity_kind = 'confirm'), min("at") FILTER (WHERE activity_kind = 'approve')) AS confirmed_at
    FROM scope.action_facts GROUP BY order_key
),
changes AS (
    SELECT c.*, coalesce(m.submitted_at, o.ordered_at) AS submitted_at, m.confirmed_at,
        lower(concat_ws(' ', c.reason, c.requested_by)) AS words
    FROM scope.order_changes c LEFT JOIN milestones m USING (order_key) LEFT JOIN core.orders o USING (order_key)
)
SELECT c.record_key, c.order_key, c.line_key, c.order_id, c.line_id, c.field, c.old_value, c.new_value, c.changed_at, c.changed_by,
    c.approved_by, c.approved_at, c.requested_by, c.requested_at, c.request_id, c.reason, c.origin, s.stage,
    c.changed_at > c.submitted_at AS after_submission,
    c.changed_at > c.confirmed_at AS after_confirmation,
    c.field IN ('quantity', 'unit', 'unit_price', 'price', 'discount', 'sku', 'ship_to', 'payment_terms', 'customer_id', 'customer_name',
        'requested_delivery_date', 'promised_delivery_date', 'net_amount', 'line') AS material,
    CASE
        WHEN regexp_matches(c.words, 'customer|client|kunde|cliente|客户|客戶') THEN true
        WHEN c.reason IS NULL AND c.requested_by IS NULL THEN NULL
        ELSE false
    END AS customer_initiated
FROM changes c
ASOF LEFT JOIN stage_entries s
    ON s.order_key = c.order_key AND c.changed_at > s.since
