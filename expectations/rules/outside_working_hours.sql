/* ---
title: People act in working hours
entity: user_actions
kind: outside_working_hours
severity: low
dimension: timeliness
line_of_defence: 3
reach: order
needs: [user_actions.user_id, user_actions.at]
checked: "user_id IS NOT NULL AND NOT coalesce(automatic, false)"
applies:
  when: "EXISTS (FROM meta.calendars) OR EXISTS (FROM work.usual_hours WHERE user_id IS NULL AND steady AND n >= $minimum)"
  otherwise: "No working hours are laid down, and no department keeps hours of its own; name them in process.yaml (calendars)."
cannot_tell:
  count: "SELECT count(*) FROM core.user_actions WHERE user_id IS NULL AND NOT coalesce(automatic, false)"
  because: "the user is unknown"
sentence: "{observed} acted {evidence}."
parameters: {minimum: 1000}
--- */
-- By the calendar of the department (or the one called default), else by what is usual: an hour or a weekday in which neither
-- the department nor the user works. A program has no hours, and a time that is a mere date has none either; somebody who
-- works nights as a rule, or at any time, is not told. Where the working day reaches midnight, the two hours after it belong to
-- the day before.
WITH seen AS (
  SELECT DISTINCT user_id, department, role, automatic FROM scope.action_facts WHERE user_id IS NOT NULL
), whose AS (
  SELECT s.*, coalesce(s.department, u.department, s.role, u.role) AS own_department FROM seen s JOIN core.users u ON u.user_id = s.user_id
  UNION
  SELECT *, coalesce(department, role) FROM seen
), suspects AS (
  -- By usual hours few combinations of user, hour and weekday can be told: a number stands for each, and all actions are compared with these.
  SELECT DISTINCT hash(w.user_id, w.department, w.role, w.automatic, t.hour::BIGINT, y.weekday::BIGINT) AS deed
  FROM range(24) t(hour), range(1, 8) y(weekday), whose w JOIN work.usual_hours h ON h.department IS NOT DISTINCT FROM w.own_department
  WHERE h.user_id IS NULL AND h.steady AND h.n >= $minimum AND ((h.hours >> t.hour) & 1 = 0 OR (h.days >> y.weekday) & 1 = 0)
), near AS (
  FROM scope.action_facts
  WHERE hash(user_id, department, role, automatic, hour::BIGINT, isodow(on_day)::BIGINT) IN (FROM suspects) OR EXISTS (FROM meta.calendars)
), acts AS (
  SELECT a.record_key, a.order_key, a.order_id, a.line_id, a.activity, a.user_id, a."at", a.hour, a.weekday, a.stage, a.on_day,
    a._system, a.own_department AS department, coalesce(c.department, d.department) AS calendar, coalesce(c.zone, d.zone) AS zone
  FROM work.manual_acts('scope.orders', 'near') a
  LEFT JOIN meta.calendars c ON c.department = a.own_department
  LEFT JOIN meta.calendars d ON d.department = 'default'
), regular AS (
  SELECT _system, department, user_id, worked, days, CASE WHEN steady THEN hours ELSE 16777215 END AS hours
  FROM work.usual_hours WHERE user_id IS NOT NULL
), outside AS (
  -- One look at each action: by its calendar, else by the department's usual hours.
  SELECT a.*, CASE WHEN a.calendar IS NULL THEN 0.9 ELSE 1.0 END AS confidence, h.hours,
    (h.days >> a.weekday) & 1 = 0 AND NOT (a.hour < 2 AND (h.hours >> a.hour) & 1 = 1 AND (h.hours >> 23) & 1 = 1
      AND (h.days >> ((a.weekday + 5) % 7 + 1)) & 1 = 1) AS is_day_off, h.n
  FROM acts a
  LEFT JOIN meta.working_days d ON d.calendar = a.calendar AND d.day = a."at"::DATE
  LEFT JOIN work.usual_hours h ON a.calendar IS NULL AND h._system = a._system AND h.department IS NOT DISTINCT FROM a.department
    AND h.user_id IS NULL AND h.steady AND h.n >= $minimum
  WHERE NOT (date_diff('second', d.day, a."at") BETWEEN d.from_1 AND d.until_1 AND d.until_1 > 0
      OR date_diff('second', d.day, a."at") BETWEEN d.from_2 AND d.until_2 AND d.until_2 > 0
      OR date_diff('second', d.day, a."at") BETWEEN d.from_3 AND d.until_3 AND d.until_3 > 0
      OR date_diff('second', d.day, a."at") BETWEEN d.from_4 AND d.until_4 AND d.until_4 > 0)
    OR is_day_off OR (h.hours >> a.hour) & 1 = 0
), placed AS (
  SELECT t.*, t."at" AT TIME ZONE 'UTC' AT TIME ZONE coalesce(t.zone, n.reporting_zone) AS local_at,
    CASE WHEN t.calendar = 'default' THEN 'outside the hours of the company'
      WHEN t.calendar IS NOT NULL THEN 'outside the hours of ' || t.calendar
      ELSE CASE WHEN is_day_off THEN 'a day off' ELSE 'an hour in which nobody works' END
        || coalesce(' in ' || t.department, '') || ', as ' || work.say_count(t.n, 'action shows', 'actions show') END AS why
  FROM outside t, meta.now n
), told AS (
  SELECT t.* FROM placed t
  LEFT JOIN regular r ON r._system = t._system AND r.department IS NOT DISTINCT FROM t.department AND r.user_id = t.user_id
  JOIN scope.user_actions u ON u.record_key = t.record_key
  WHERE u.at_precision IS DISTINCT FROM 'day'
    -- Whoever works nights is still at it when the day off begins.
    AND NOT coalesce(t.is_day_off AND (r.worked >> t.hour) & 1 = 1 AND (t.hours >> t.hour) & 1 = 0, false)
    AND coalesce((CASE WHEN t.is_day_off THEN r.days WHEN t.calendar IS NULL THEN r.hours ELSE r.worked END
      >> CASE WHEN t.is_day_off THEN t.weekday ELSE t.hour END) & 1 = 0, true)
)
SELECT record_key, order_key, order_id, line_id, 'at' AS field, user_id AS observed, confidence,
  strftime(local_at, 'on %a %Y-%m-%d at %H:%M') || ': ' || why AS evidence,
  user_id AS origin_user, "at" AS origin_at, stage AS origin_stage
FROM told
