/* ---
title: An exception is ended with the approval that it needs
entity: exceptions
kind: exception_without_approval
severity: high
dimension: validity
line_of_defence: 2
reach: reference
needs: [exceptions.resolved_at, exceptions.resolved_by]
checked: "resolved_at IS NOT NULL AND resolved_by IS NOT NULL"
applies:
  when: "EXISTS (FROM meta.approvals WHERE subject = 'exception') OR EXISTS (FROM work.approved_customs($usually, $minimum))"
  otherwise: "No exceptions are laid down whose end needs an approval, and the data show none; name them in process.yaml (approvals, exceptions)."
cannot_tell:
  count: "SELECT count(*) FROM core.exceptions e LEFT JOIN core.users u ON u._system = e._system AND u.user_id = e.resolved_by WHERE e.resolved_at IS NOT NULL AND (e.resolved_by IS NULL OR (u.role IS NULL AND NOT coalesce(u.automatic, false)))"
  because: "who ended it, or his role, is unknown"
sentence: "{observed} ended this {expected} without approval ({evidence})."
parameters: {usually: 0.95, minimum: 50}
--- */
-- Where types are laid down, these are judged: ended by a role that may, or with an approval of the order by such a role
-- while it was open. Else the types that nearly always those end who approve orders.
WITH wanted AS (
  SELECT *, unnest(exception_types) AS type_key FROM meta.approvals WHERE subject = 'exception'
), endings AS (
  FROM work.exception_endings('scope.exceptions') WHERE resolved_by IS NOT NULL AND NOT automatic
), judged AS (
  SELECT e.*, w.approval_no, w.roles, CASE WHEN w.roles = [] THEN e.is_approved
    ELSE list_contains(w.roles, e.role) OR EXISTS (
      FROM work.approvals a JOIN core.users u ON u._system = a._system AND u.user_id = a.user_id
      WHERE a.order_key = e.order_key AND a.approved_at BETWEEN coalesce(e.raised_at, e.resolved_at) AND e.resolved_at
        AND list_contains(w.roles, lower(trim(u.role)))) END AS is_right
  FROM endings e JOIN wanted w USING (type_key) LEFT JOIN core.orders o USING (order_key)
  WHERE (w.amount_above IS NULL OR o.net_amount::DOUBLE > w.amount_above)
    AND (w.order_types = [] OR list_contains(w.order_types, o.order_type))
    AND (w.channels = [] OR list_contains(w.channels, o.channel))
), told AS (
  SELECT *, 1.0 AS confidence, 'as ' || role || CASE WHEN roles = [] THEN '; the process requires one'
    ELSE '; the process requires ' || list_aggregate(roles, 'string_agg', ' or ') END AS evidence
  FROM judged WHERE NOT is_right
  UNION ALL BY NAME
  SELECT e.*, c.had / c.n AS confidence, 'as ' || role || '; ' || work.say_of(c.had, c.n)
    || CASE WHEN c.is_own THEN ' such' ELSE '' END || ' exceptions were ended by those who approve orders' AS evidence
  FROM endings e JOIN work.approved_customs($usually, $minimum) c USING (_system, type_key)
  WHERE NOT e.is_approved AND NOT EXISTS (FROM meta.approvals WHERE subject = 'exception')
)
SELECT record_key, order_key, order_id, line_id, 'resolved_by' AS field, resolved_by AS observed, type AS expected, confidence,
  evidence, resolved_by AS origin_user, resolved_at AS origin_at
FROM told
QUALIFY row_number() OVER (PARTITION BY record_key ORDER BY evidence) = 1
