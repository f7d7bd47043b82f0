/* ---
mart: open_visits
phase: orders
rebuild: whole
text: >
  One row an open visit with its age at the end of the data, elapsed and working, and who holds it: whoever started the work, else the
  owner of the order's open exception; null where the data do not say. `department` is the order's, `owner_department` the stage's.
--- */
WITH stopped AS (
    SELECT order_key, arg_max({'type': type, 'owner': owner}, raised_at) AS exception
    FROM marts.exception_facts WHERE is_open AND raised_at IS NOT NULL GROUP BY order_key
)
SELECT f.order_key, v.line_key, f.order_id, v.line_id, f.ordered_on, f.region, f.channel, f.department, f.families, f.entered_by, f.touched_by, f.customer_name, f.net_amount,
    v.stage, v.stage_no, v.stage_title, v.department AS owner_department, v.entered_at, v.started_at,
    coalesce(v.started_by, x.exception.owner) AS held_by, x.exception.type AS exception_type,
    date_diff('second', v.entered_at, n.data_until) AS elapsed_seconds,
    meta.worked(t, n.data_until) - meta.worked(e, v.entered_at) AS working_seconds,
    v.target_seconds, v.target_is_working,
    CASE WHEN v.target_is_working THEN meta.worked(t, n.data_until) - meta.worked(e, v.entered_at)
        ELSE date_diff('second', v.entered_at, n.data_until) END - v.target_seconds AS beyond_seconds
FROM marts.stage_facts v
JOIN marts.order_facts f USING (order_key)
JOIN meta.stages m USING (stage_no)
CROSS JOIN meta.now n
LEFT JOIN stopped x USING (order_key)
LEFT JOIN meta.working_days e ON e.calendar = m.calendar AND e.day = CAST(v.entered_at AS DATE)
LEFT JOIN meta.working_days t ON t.calendar = m.calendar AND t.day = CAST(n.data_until AS DATE)
WHERE v.is_open AND v.entered_at <= n.data_until
