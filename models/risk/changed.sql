/* ---
name: risk_changed
title: Which values of the open orders are no longer those of the moment of entry
usage: >
  One row an open order whose change log says so; `changed` lists its fields, those of a line as `<line_no>/<field>`. A value that
  was changed and changed back is not among them.
--- */
SELECT c.order_key, list(DISTINCT CASE WHEN c.line_key IS NULL THEN c.field ELSE coalesce(l.line_no, '') || '/' || c.field END) AS changed
FROM (
    SELECT h.order_key, h.line_key, h.field
    FROM core.order_changes h JOIN marts.order_facts o USING (order_key)
    WHERE o.is_open AND h.changed_at > o.ordered_at
    GROUP BY ALL
    HAVING arg_min({'v': h.old_value}, (h.changed_at, coalesce(h.seq, 0)))['v']
        IS DISTINCT FROM arg_max({'v': h.new_value}, (h.changed_at, coalesce(h.seq, 0)))['v']
) c LEFT JOIN core.order_lines l USING (line_key)
GROUP BY c.order_key
