"""The small company with a process: every order is entered, checked, approved, packed and shipped by different people."""

import duckdb

from tests.checks_fixture import small_company
from tests.rule_cases import Case, findings

# Entered by u0 to u3, checked by the next of them two hours later, approved by u4 or u5 a day later, packed and shipped by
# u6 to u8 one and two days after that. From the 350th order on nothing was shipped yet, from the 390th on nothing packed.
STEPS = """
INSERT INTO core.users BY NAME SELECT 'u' || i AS user_id, 'packer' AS role, 'Warehouse' AS department, 'sys' AS _system,
  'sys:u' || i AS record_key, false AS _derived FROM range(6, 9) r(i);
UPDATE core.users SET department = CASE role WHEN 'clerk' THEN 'Desk' WHEN 'manager' THEN 'Board' ELSE department END;
INSERT INTO meta.process VALUES ('order');
INSERT INTO meta.stages (stage, stage_no, title, department) VALUES ('entry', 1, 'Entry', 'Desk'),
  ('checking', 2, 'Checking', 'Desk'), ('approval', 4, 'Approval', 'Board'), ('packing', 5, 'Packing', 'Warehouse'),
  ('shipping', 6, 'Shipping', 'Warehouse');
INSERT INTO meta.activities VALUES ('order entered', 'entry', 1, 'end', 'step'), ('order checked', 'checking', 2, 'end', 'step'),
  ('goods packed', 'packing', 5, 'end', 'step'), ('goods shipped', 'shipping', 6, 'end', 'ship'),
  ('order cancelled', NULL, NULL, 'end', 'cancel');
INSERT INTO core.user_actions BY NAME
SELECT order_id || '-' || no AS action_id, 'sys:' || order_id || '-' || no AS record_key, order_id, order_key, activity,
  ordered_at + to_hours(hours) AS "at", 'sys' AS _system, false AS _derived, false AS automatic, 1 AS _file_no,
  CASE no WHEN 1 THEN entered_by WHEN 2 THEN 'u' || (order_id[2:]::INTEGER + 1) % 4 WHEN 4 THEN 'u' || 4 + order_id[2:]::INTEGER % 2
    WHEN 5 THEN 'u' || 6 + order_id[2:]::INTEGER % 3 ELSE 'u' || 6 + (order_id[2:]::INTEGER + 1) % 3 END AS user_id
FROM core.orders, (VALUES (1, 0, 'Order entered', 999), (2, 2, 'Order checked', 999), (4, 26, 'Order approved', 999),
  (5, 50, 'Goods packed', 390), (6, 74, 'Goods shipped', 350)) v(no, hours, activity, until)
WHERE order_id[2:]::INTEGER < until;
"""
FACTS = """
DELETE FROM marts.action_facts;
INSERT INTO marts.action_facts BY NAME
SELECT a.record_key, a.order_key, a.line_key, a.order_id, a.line_id, a.activity, m.stage, m.stage_no, m.marks, m.activity_kind,
  a."at", timezone('Europe/Berlin', timezone('UTC', a."at"))::DATE AS on_day,
  hour(timezone('Europe/Berlin', timezone('UTC', a."at"))) AS hour, a.user_id, a.role, a.department, a.automatic, a.outcome,
  row_number() OVER (PARTITION BY a.order_key ORDER BY a."at", a.record_key) AS action_no,
  row_number() OVER (PARTITION BY a.order_key, a.line_key, a.activity ORDER BY a."at", a.record_key) > 1 AS is_repeat
FROM core.user_actions a LEFT JOIN meta.activities m ON m.activity_key = lower(a.activity);
DELETE FROM marts.stage_facts;
INSERT INTO marts.stage_facts BY NAME
SELECT order_key, order_id, stage, stage_no, department, 1 AS visit_no, 'completed' AS outcome, false AS is_open, ended_at, user_id,
  coalesce(lag(ended_at) OVER trail, ended_at) AS entered_at,
  date_diff('second', coalesce(lag(ended_at) OVER trail, ended_at), ended_at) AS sojourn_seconds
FROM (SELECT a.order_key, a.order_id, m.stage, m.stage_no, m.department, min(a."at") AS ended_at, arg_min(a.user_id, a."at") AS user_id
  FROM marts.action_facts a JOIN meta.stages m USING (stage) GROUP BY ALL)
WINDOW trail AS (PARTITION BY order_key ORDER BY stage_no);
INSERT INTO marts.stage_facts BY NAME
SELECT f.order_key, f.order_id, m.stage, m.stage_no, m.department, 1 AS visit_no, 'open' AS outcome, true AS is_open, f.entered_at
FROM (SELECT order_key, order_id, max(stage_no) AS stage_no, max(ended_at) AS entered_at FROM marts.stage_facts GROUP BY ALL) f
JOIN (SELECT *, lag(stage_no) OVER (ORDER BY stage_no) AS after_no FROM meta.stages) m ON m.after_no = f.stage_no
"""


# O7: ordered 2026-01-04 10:00, entered by u3, checked by u0, approved by u5, packed by u7, shipped by u8.
WITHOUT = "DELETE FROM core.user_actions WHERE order_id = 'O7' AND activity = "
AGAIN = (
    "INSERT INTO core.user_actions BY NAME SELECT * REPLACE ('again' AS action_id, 'sys:again' AS record_key, "
    "\"at\" + INTERVAL 1 HOUR AS \"at\", 'u2' AS user_id) FROM core.user_actions WHERE order_id = 'O7' AND activity = "
)
BY = "UPDATE core.user_actions SET user_id = "
OF_O7 = " WHERE order_id = 'O7' AND activity = "


def company_at_work(*changes: str) -> duckdb.DuckDBPyConnection:
    """The company, with `changes` in its records before the facts are built from them."""
    con = small_company()
    con.execute(STEPS)
    for change in changes:
        con.execute(change)
    con.execute(FACTS)
    return con


def found(con: duckdb.DuckDBPyConnection, rule: str) -> list[str]:
    """The orders that a rule finds."""
    return [str(row[0]) for row in findings(con, rule)]


def told(con: duckdb.DuckDBPyConnection) -> tuple[str | None, ...]:
    """Of the one finding there is: observed, expected, evidence; stage, user and time of the origin."""
    rows: list[tuple[str | None, ...]] = con.execute(
        "SELECT observed, expected, evidence, origin_stage, origin_user, origin_at::VARCHAR FROM work.rule_hits"
    ).fetchall()
    assert len(rows) == 1
    return rows[0]


def about_o7(rule: str, breaks: str, keeps: str, field: str, given: str = "SELECT 1") -> Case:
    """A case about the order O7 of the company at work."""
    return Case(rule, f"{breaks}; {FACTS}", f"{keeps}; {FACTS}", ("O7", None, field, None), f"{STEPS}; {given}")
