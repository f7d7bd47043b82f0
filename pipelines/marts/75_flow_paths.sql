/* ---
mart: flow_paths
phase: orders
temporary: true
before: flow_names.sql
text: >
  One row a case in scope (the order, or the line where the process says so): its actions in their order, as numbers. An action
  without a time or a name has no place in a path.
--- */
-- One sort of plain numbers a case: action_no in the high bits brings the actions into their order, the rest is carried along.
-- This takes a fifth of the time of ordered lists or windows. Times are seconds since the year 1, so that none is negative.
WITH packed AS (
    SELECT coalesce(CASE WHEN p.process_case = 'line' THEN a.line_key END, a.order_key) AS case_key, a.order_key,
        any_value(CASE WHEN p.process_case = 'line' THEN a.line_id END) AS line_id,
        list_sort(list((a.action_no << 44) + (n.activity_no << 28) + (u.party_no << 4)
            + CASE WHEN NOT coalesce(a.is_repeat, false) THEN 0 WHEN a.repeat_kind = 'repeat' THEN 1
                WHEN a.repeat_kind = 'redo' THEN 2 ELSE 3 END
            + CASE WHEN coalesce(a.automatic, false) OR coalesce(a.outcome ILIKE 'reject%', false) THEN 4 ELSE 0 END
            + CASE WHEN coalesce(a.automatic, false) THEN 8 ELSE 0 END)) AS steps,
        list_sort(list((a.action_no << 40) + CAST(floor(epoch(a."at")) AS BIGINT) + 62135596800)) AS times
    FROM scope.action_facts a CROSS JOIN meta.process p
    JOIN marts.flow_activities n ON n.activity = a.activity
    JOIN marts.flow_parties u ON u.department IS NOT DISTINCT FROM a.department AND u.user_id IS NOT DISTINCT FROM a.user_id
    WHERE a."at" IS NOT NULL
    GROUP BY ALL
)
SELECT case_key, order_key, line_id,
    list_transform(steps, lambda step: (step >> 28) & 65535) AS activities,
    list_transform(steps, lambda step: (step >> 4) & 65535) AS parties,
    list_transform(steps, lambda step: step & 3) AS repeats,
    -- Done by a program, or a rejection: it says nothing about who did what two people must do.
    list_transform(steps, lambda step: step & 4 > 0) AS is_left_out,
    -- The places of what people did, or nobody knows who: programs hand nothing over.
    list_filter(range(1, len(steps) + 1), lambda place: steps[place] & 8 = 0) AS by_people,
    list_transform(times, lambda moment: moment & 1099511627775) AS seconds
FROM packed
