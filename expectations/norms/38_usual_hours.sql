/* ---
grain: department, and user of it
makes: usual_hours
refresh: full
--- */
-- When people work, by department (by role, where that is not known), in the reporting zone, on a sample; programs and times
-- without an hour left out. `hours` and `days` are bits (hour 0 to 23; Monday is 1). A user works in an hour (`worked`) with
-- at least three and 1 in 200 of his actions; his hours are these, and two before and after (one, where fewer than four hours would
-- be left free and nothing at all was done in that one); a department's (user_id null) those of at least two of its users (of the
-- one, where it has one), likewise. His days are counted like his hours; a day is off where fewer than 1 in 2000 of the department's
-- actions fall on it. `steady` is whether at most 1 in 200 of the actions (of a user: or two; of the department: beside its users'
-- own hours) lie outside, and at least two hours are free: else nobody can tell what is usual.
CREATE OR REPLACE MACRO work.widened(hours) AS
  (hours | (hours << 1) | (hours >> 1) | (hours >> 23) | (hours << 23)) & 16777215;
CREATE OR REPLACE MACRO work.around(worked, seen) AS
  CASE WHEN bit_count(work.widened(work.widened(worked))) <= 20 THEN work.widened(work.widened(worked))
    ELSE work.widened(worked | (work.widened(worked) & seen)) END;

CREATE OR REPLACE MACRO work.manual_acts(orders, acts) AS TABLE
SELECT a.*, o._system, coalesce(a.department, u.department, a.role, u.role) AS own_department, isodow(a.on_day) AS weekday
FROM query_table(acts) a
JOIN query_table(orders) o USING (order_key)
LEFT JOIN core.users u ON u._system = o._system AND u.user_id = a.user_id
WHERE a.user_id IS NOT NULL AND NOT coalesce(a.automatic, u.automatic, false) AND a."at" <> date_trunc('day', a."at");

CREATE OR REPLACE TABLE work.usual_hours AS
WITH acts AS (
  SELECT _system, own_department AS department, user_id, hour, weekday FROM work.manual_acts('work.sampled_orders', 'marts.action_facts')
), of_user AS (
  SELECT _system, department, user_id, hour, count(*) AS here, sum(count(*)) OVER (PARTITION BY _system, department, user_id) AS all_n
  FROM acts GROUP BY _system, department, user_id, hour
), user_hours AS (
  SELECT _system, department, user_id, any_value(all_n) AS n,
    bit_or(CASE WHEN here >= greatest(3, all_n / 200) THEN 1::BIGINT << hour ELSE 0 END) AS worked,
    bit_or(1::BIGINT << hour) AS seen
  FROM of_user GROUP BY _system, department, user_id HAVING any_value(all_n) >= 10
), users AS (
  SELECT h._system, h.department, h.user_id, any_value(h.n) AS n, any_value(h.worked) AS worked,
    work.around(any_value(h.worked), any_value(h.seen)) AS hours,
    sum(a.here) FILTER ((work.around(h.worked, h.seen) >> a.hour) & 1 = 0) AS outside
  FROM user_hours h JOIN of_user a ON a._system = h._system AND a.department IS NOT DISTINCT FROM h.department AND a.user_id = h.user_id
  GROUP BY h._system, h.department, h.user_id
), shared AS (
  SELECT _system, department, s.hour, count(*) FILTER ((worked >> s.hour) & 1 = 1) AS workers, count(*) AS members
  FROM user_hours, range(24) s(hour) GROUP BY ALL
), seen AS (
  SELECT _system, department, bit_or(1::BIGINT << hour) AS hours FROM of_user GROUP BY _system, department
), departments AS (
  SELECT s._system, s.department, work.around(
    bit_or(CASE WHEN workers >= least(2, members) THEN 1::BIGINT << hour ELSE 0 END), any_value(e.hours)) AS hours
  FROM shared s JOIN seen e ON e._system = s._system AND e.department IS NOT DISTINCT FROM s.department
  GROUP BY s._system, s.department
), user_days AS (
  SELECT _system, department, user_id, bit_or(CASE WHEN here >= greatest(3, all_n / 200) THEN 1::BIGINT << weekday ELSE 0 END) AS days
  FROM (SELECT _system, department, user_id, weekday, count(*) AS here,
      sum(count(*)) OVER (PARTITION BY _system, department, user_id) AS all_n
    FROM acts GROUP BY _system, department, user_id, weekday)
  GROUP BY _system, department, user_id
), by_day AS (
  SELECT _system, department, weekday, count(*) AS here, sum(count(*)) OVER (PARTITION BY _system, department) AS all_n
  FROM acts GROUP BY _system, department, weekday
), days AS (
  SELECT _system, department, any_value(all_n) AS n,
    CASE WHEN any_value(all_n) < 2000 THEN 254
      ELSE bit_or(CASE WHEN here * 2000 >= all_n THEN 1::BIGINT << weekday ELSE 0 END) END AS days
  FROM by_day GROUP BY _system, department
), outside AS (
  SELECT a._system, a.department, sum(a.here) AS n
  FROM of_user a JOIN departments d ON d._system = a._system AND d.department IS NOT DISTINCT FROM a.department
  LEFT JOIN users u ON u._system = a._system AND u.department IS NOT DISTINCT FROM a.department AND u.user_id = a.user_id
  WHERE ((d.hours | coalesce(u.hours, 0)) >> a.hour) & 1 = 0 GROUP BY ALL
)
SELECT d._system, d.department, NULL::VARCHAR AS user_id, y.n, d.hours, NULL::BIGINT AS worked, y.days,
  coalesce(o.n, 0) * 200 <= y.n AND bit_count(d.hours) <= 22 AS steady
FROM departments d
JOIN days y ON y._system = d._system AND y.department IS NOT DISTINCT FROM d.department
LEFT JOIN outside o ON o._system = d._system AND o.department IS NOT DISTINCT FROM d.department
UNION ALL
SELECT u._system, u.department, u.user_id, u.n, u.hours, u.worked, d.days,
  coalesce(u.outside, 0) <= greatest(2, u.n / 200) AND bit_count(u.hours) <= 22
FROM users u JOIN user_days d ON d._system = u._system AND d.department IS NOT DISTINCT FROM u.department AND d.user_id = u.user_id;
