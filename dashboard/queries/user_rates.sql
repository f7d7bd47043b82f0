-- What one user's work led to, beside what the same work of all people leads to expect. One row a measure: `own` of `chances`, `expected` of them
-- where everybody's rate held: for changes the rate of the changed field, for errors caught that of the user's role
-- (of everybody where no role is known), for work done again that
-- of the activity (its own number is the length of user_redone). Programs are left out of everybody.
WITH place AS (
    SELECT reporting_zone AS zone FROM meta.now
), people AS (
    SELECT user_id, any_value(role) AS role, coalesce(bool_or(automatic), false) AS automatic FROM core.users WHERE user_id IS NOT NULL GROUP BY user_id
), changed AS (
    SELECT field, count(*) AS everybody, count(*) FILTER (changed_by = $user) AS own FROM marts.change_facts, place
    WHERE changed_by IS NOT NULL AND timezone(zone, timezone('UTC', changed_at))::DATE BETWEEN $first AND $last GROUP BY field
), wrong_changes AS (
    SELECT e.error_key, min(c.field) AS field, e.origin_user = $user AS is_own
    FROM marts.error_facts e JOIN marts.change_facts c ON c.order_key = e.order_key AND c.changed_at = e.origin_at AND c.changed_by = e.origin_user
    CROSS JOIN place
    WHERE timezone(zone, timezone('UTC', e.origin_at))::DATE BETWEEN $first AND $last GROUP BY ALL
), went_wrong AS (
    SELECT field, count(*) AS everybody, count(*) FILTER (is_own) AS own FROM wrong_changes GROUP BY field
), found AS (
    SELECT found_by AS user_id, count(*) AS errors FROM marts.error_facts, place
    WHERE found_by IS NOT NULL AND timezone(zone, timezone('UTC', found_at))::DATE BETWEEN $first AND $last GROUP BY found_by
), own_role AS (
    SELECT (SELECT role FROM people WHERE user_id = $user) AS role
), alike AS (
    SELECT user_id FROM people, own_role r WHERE people.role IS NOT DISTINCT FROM r.role AND NOT automatic UNION SELECT $user
), acts_alike AS (
    SELECT count(*) AS actions, count(*) FILTER (user_id = $user) AS own FROM marts.action_facts
    WHERE user_id IS NOT NULL AND CASE WHEN (SELECT role FROM own_role) IS NULL THEN automatic IS NOT TRUE OR user_id = $user ELSE user_id IN (FROM alike) END
        AND on_day BETWEEN $first AND $last
), found_alike AS (
    SELECT sum(errors) AS errors, sum(errors) FILTER (user_id = $user) AS own FROM found
    WHERE (SELECT role FROM own_role) IS NULL OR user_id IN (FROM alike)
), own_acts AS (
    SELECT activity, count(*) AS own FROM marts.action_facts WHERE user_id = $user AND on_day BETWEEN $first AND $last GROUP BY activity
), redo_rate AS (
    SELECT activity, count(*) FILTER (repeat_kind = 'redo') / count(*) AS rate FROM marts.action_facts
    WHERE user_id IS NOT NULL AND automatic IS NOT TRUE AND on_day BETWEEN $first AND $last GROUP BY activity
)
SELECT 'changed_wrongly' AS measure, coalesce(sum(w.own), 0)::BIGINT AS own, coalesce(sum(c.own), 0)::BIGINT AS chances,
    sum(c.own * coalesce(w.everybody, 0) / c.everybody) AS expected
FROM changed c LEFT JOIN went_wrong w USING (field)
UNION ALL
SELECT 'caught', coalesce(f.own, 0)::BIGINT, a.own, a.own * coalesce(f.errors, 0) / nullif(a.actions, 0) FROM acts_alike a, found_alike f
UNION ALL
SELECT 'redone', NULL, coalesce(sum(own), 0)::BIGINT, sum(own * rate) FROM own_acts JOIN redo_rate USING (activity)
