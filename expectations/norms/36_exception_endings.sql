/* ---
grain: type of exception
makes: exception_customs
refresh: full
--- */
-- How an exception was ended: by whom, and whether that was approved, where nothing is laid down: by a role that gives at
-- least a twentieth of the approvals of orders, or with an approval of the order while the exception was open.
-- `is_approved` is null where the one who ended it, or his role, is unknown.
CREATE OR REPLACE MACRO work.exception_endings(exceptions) AS TABLE
WITH approving AS (
  SELECT a._system, lower(trim(u.role)) AS role, count(*) AS n
  FROM work.approvals a JOIN core.users u ON u._system = a._system AND u.user_id = a.user_id
  WHERE NOT a.automatic AND u.role IS NOT NULL GROUP BY ALL
), approvers AS (
  SELECT _system, role FROM approving QUALIFY n >= 0.05 * sum(n) OVER (PARTITION BY _system)
), ended AS (
  SELECT e.record_key, e.order_key, e.order_id, e.line_id, e._system, e.type, lower(trim(e.type)) AS type_key, e.raised_at,
    e.resolved_at, e.resolved_by, lower(trim(u.role)) AS role, coalesce(u.automatic, false) AS automatic
  FROM query_table(exceptions) e LEFT JOIN core.users u ON u._system = e._system AND u.user_id = e.resolved_by
  WHERE e.resolved_at IS NOT NULL
), approved AS (
  SELECT DISTINCT e.record_key FROM ended e JOIN work.approvals a ON a.order_key = e.order_key
    AND a.approved_at <= e.resolved_at AND a.approved_at >= coalesce(e.raised_at, e.resolved_at) AND a.user_id <> e.resolved_by
)
SELECT e.*, CASE WHEN p.record_key IS NOT NULL OR r.role IS NOT NULL THEN true WHEN e.role IS NOT NULL THEN false END AS is_approved
FROM ended e
LEFT JOIN approved p USING (record_key)
LEFT JOIN approvers r ON r._system = e._system AND r.role = e.role;

-- Whether those who approve orders end the exceptions of a type, and all exceptions; programs are no people.
CREATE OR REPLACE TABLE work.exception_customs AS
WITH types AS (
  SELECT _system, type_key, count(*) AS ended, count(*) FILTER (is_approved) AS approved
  FROM work.exception_endings('core.exceptions') WHERE is_approved IS NOT NULL AND NOT automatic GROUP BY ALL
)
SELECT *, sum(ended) OVER one AS all_ended, sum(approved) OVER one AS all_approved
FROM types WINDOW one AS (PARTITION BY _system);

-- Whether the custom is to have them approved: in at least so many (`usually`), as far as chance allows with so few. Types with
-- fewer than `least_n` are judged like all, unless they are mostly ended otherwise.
CREATE OR REPLACE MACRO work.is_custom(had, n, usually) AS n - had <= (1 - usually) * n + 2 * sqrt(usually * (1 - usually) * n);
CREATE OR REPLACE MACRO work.approved_customs(usually, least_n) AS TABLE
SELECT _system, type_key, ended >= least_n AS is_own, CASE WHEN is_own THEN ended ELSE all_ended END AS n,
  CASE WHEN is_own THEN approved ELSE all_approved END AS had
FROM work.exception_customs
WHERE n >= least_n AND work.is_custom(had, n, usually) AND approved >= 0.5 * ended;
