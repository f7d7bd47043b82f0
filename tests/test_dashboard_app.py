"""Each page renders with everything given, with orders alone, and with nothing; filters and decisions hold."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import data
from pipelines.decisions import Decision, append, read_all
from pipelines.marts.build import build_marts
from pipelines.process import load_process, write_calendars, write_process
from pipelines.settings import open_home
from pipelines.warehouse import current_snapshot, open_snapshot, write_atomically

APP = Path(__file__).parent.parent / "dashboard" / "app.py"
PAGES = ("overview", "error_rate", "defects", "stages", "flow", "exceptions", "changes", "traces", "risk", "data")


def _page(home: Path, page: str, monkeypatch: pytest.MonkeyPatch, **params: str) -> AppTest:
    monkeypatch.setenv("ORDERPROOF_HOME", str(home))
    data.home.cache_clear()
    app = AppTest.from_file(str(APP), default_timeout=60)
    for key, value in params.items():
        app.query_params[key] = value
    if page != "overview":
        app.switch_page(f"pages/{page}.py")
    return app.run()


def _text(app: AppTest) -> str:
    return "\n".join(str(item.value) for item in app.markdown)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_renders_with_everything_given(page: str, company_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = _page(company_home, page, monkeypatch, period="All")
    assert not app.exception
    assert _text(app).count("## ") >= 1


@pytest.mark.parametrize("page", PAGES)
def test_a_page_renders_a_period_with_one_before_it(
    page: str, company_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Comparisons with the period before are drawn only then."""
    assert not _page(company_home, page, monkeypatch, period="13 weeks").exception


def test_one_order_is_told_without_any_action(bare_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = _page(bare_home, "traces", monkeypatch, period="All", order="O0007")
    assert not app.exception
    assert "O0007 for" in _text(app) and "no change log of this system" in _text(app)
    assert "whether it is finished cannot be told" in _text(app)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_what_to_provide(page: str, bare_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = _page(bare_home, page, monkeypatch, period="All")
    assert not app.exception
    wanted = {
        "stages": "user_actions",
        "flow": "user_actions",
        "exceptions": "exceptions",
        "changes": "order_changes",
        "traces": "user_actions",
        "error_rate": "order_changes",
    }
    assert wanted.get(page, "") in _text(app)


def test_without_a_snapshot_a_page_says_which_command_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_home(tmp_path, create=True)
    app = _page(tmp_path, "overview", monkeypatch)
    assert not app.exception
    assert "orderproof run" in "\n".join(code.value for code in app.code)


def test_a_page_says_that_another_version_made_its_figures(company_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Another version" not in _text(_page(company_home, "data", monkeypatch))
    monkeypatch.setattr("dashboard.data.edition", lambda: "9.9+later")
    app = _page(company_home, "data", monkeypatch)
    assert not app.exception and "Another version" in _text(app)
    assert any(f"orderproof run --home {company_home}" in code.value for code in app.code)


def test_too_narrow_a_filter_offers_a_way_out(company_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = _page(company_home, "overview", monkeypatch, user="nobody-has-this-id", period="4 weeks")
    assert not app.exception
    app = _page(company_home, "overview", monkeypatch, period="4 weeks")
    assert not app.exception


def test_overview_and_error_rate_say_the_same_of_the_course(
    company_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sentence,) = [
        str(item.value).removeprefix("## ")
        for item in _page(company_home, "error_rate", monkeypatch, period="13 weeks").markdown
        if str(item.value).startswith("## ")
    ]
    assert (
        sentence.startswith("The error rate was ")
        and "the latest complete weeks, " in sentence
        and "baseline of" in sentence
    )
    assert sentence in _text(_page(company_home, "overview", monkeypatch, period="13 weeks"))


def test_each_error_rate_of_the_overview_says_its_orders_and_days(
    company_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_snapshot(current_snapshot(open_home(company_home)) or pytest.fail("no snapshot")) as con:
        wrong, orders, first, last = con.execute(
            "SELECT count(*) FILTER (has_error), count(*), max(reach) - 90, max(ordered_on) FROM marts.order_facts, "
            "(SELECT max(ordered_on) AS reach FROM marts.order_facts) "
            "WHERE order_class = 'sale' AND is_mature AND ordered_on >= reach - 90"
        ).fetchall()[0]
    text = _text(_page(company_home, "overview", monkeypatch, period="13 weeks"))
    assert (
        f"{wrong} of {orders} complete orders entered {first.day} {first:%b} – {last.day} {last:%b %Y} were wrong: "
        in text
    )
    assert re.search(r"The error rate was [\d.]+\u00a0% \(\d+ of [\d,]+ orders\) in the latest complete weeks", text)
    assert re.search(r"Baseline [\d.]+\u00a0% \(\d+ of [\d,]+ orders\): ", text) and "The rates differ because" in text


def test_the_error_rate_can_be_asked_of_errors_at_entry_alone(
    company_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_snapshot(current_snapshot(open_home(company_home)) or pytest.fail("no snapshot")) as con:
        wrong, at_entry = con.execute(
            "SELECT count(*) FILTER (has_error), count(*) FILTER (has_entry_error) FROM marts.order_facts WHERE order_class = 'sale'"
        ).fetchall()[0]
        assert 0 < at_entry < wrong
        for errors, expected in (("All errors", wrong), ("Errors that came in at Entry", at_entry)):
            app = _page(company_home, "error_rate", monkeypatch, period="All", errors=errors)
            assert not app.exception
            app.segmented_control(key="view_weekly_errors").set_value("query").run()
            assert con.sql(app.code[0].value).pl()["errors"].sum() == expected
            assert ("sales orders with an error," in _text(app)) == (errors == "All errors")
    assert "## The rate of errors that came in at Entry was" in _text(app)


def test_a_kind_has_one_name_on_overview_and_defects(company_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_snapshot(current_snapshot(open_home(company_home)) or pytest.fail("no snapshot")) as con:
        titles = dict(con.execute("SELECT kind, title FROM ledger.kinds").fetchall())
        kinds = [row[0] for row in con.execute(
            "SELECT d.kind FROM ledger.defects d JOIN marts.order_facts o USING (order_key) WHERE resolved_at IS NULL "
            "AND rule NOT IN (SELECT rule FROM ledger.source_rules) GROUP BY d.kind ORDER BY count(*) DESC, d.kind"
        ).fetchall()]  # fmt: skip
    text = _text(_page(company_home, "overview", monkeypatch, period="All"))
    named = [kind for kind in kinds if titles[kind] in text]
    assert len(named) >= 4 and f"of {len(kinds) - 4} more kinds" in text
    options = _page(company_home, "defects", monkeypatch, period="All").selectbox(key="part").options
    assert {titles[kind] for kind in named} <= set(options)


def test_tables_of_a_phone_hold_the_columns_that_it_shows(company_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for page, wanted in (("risk", 3), ("data", 4)):
        wide = _page(company_home, page, monkeypatch, period="All").dataframe[0].value
        narrow = _page(company_home, page, monkeypatch, period="All", compact="1").dataframe[0].value
        assert len(narrow.columns) == wanted < len(wide.columns) and len(narrow) == len(wide)


def test_without_evidence_overview_says_how_many_orders_break_a_rule(
    bare_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_snapshot(current_snapshot(open_home(bare_home)) or pytest.fail("no snapshot")) as con:
        (found,) = con.execute(
            "SELECT count(DISTINCT order_key) FROM ledger.defects WHERE resolved_at IS NULL AND order_key IS NOT NULL "
            "AND rule NOT IN (SELECT rule FROM ledger.source_rules)"
        ).fetchall()[0]
    text = _text(_page(bare_home, "overview", monkeypatch, period="All"))
    told = f"{found} of 60 orders break a rule" if found else "None of 60 orders breaks a rule"
    assert f"## {told}" in text
    assert "No evidence of errors yet" in text and "No exceptions were given" in text


def test_the_period_is_shown_in_days_and_rests_where_it_is_not_used(
    company_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = _text(_page(company_home, "overview", monkeypatch, period="13 weeks"))
    assert re.search(r"\d+ \w+ – \d+ \w+ 2026 · data until \d+ \w+, \d\d:\d\d UTC", text)
    for page, used in (("overview", True), ("risk", False), ("data", False)):
        (period,) = [w for w in _page(company_home, page, monkeypatch).button_group if w.key == "period"]
        assert period.disabled is not used


def test_filters_of_the_address_reach_the_queries(company_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _page(company_home, "stages", monkeypatch, period="All")
    part = _page(company_home, "stages", monkeypatch, period="All", channel="EDI")
    assert not part.exception
    assert part.multiselect(key="channel").value == ["EDI"]
    assert _text(whole) != _text(part)


@pytest.mark.parametrize("page", ["overview", "defects", "stages"])
def test_orders_without_a_date_are_told_where_a_period_leaves_them_out(
    page: str, company_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(company_home, home)
    snapshot = current_snapshot(open_home(home))
    assert snapshot is not None
    with duckdb.connect(str(snapshot.path)) as con:
        ids = [row[0] for row in con.execute("SELECT order_id FROM marts.order_facts ORDER BY 1 LIMIT 3").fetchall()]
        con.execute("UPDATE marts.order_facts SET ordered_on = NULL WHERE list_contains(?, order_id)", [ids])
    app = _page(home, page, monkeypatch, period="13 weeks")
    assert not app.exception
    assert "No day of entry is known" in _text(app)
    listed = [
        frame.value for frame in app.dataframe if "order_id" in frame.value and set(frame.value["order_id"]) == set(ids)
    ]
    assert len(listed) >= 1
    assert "No day of entry is known" not in _text(_page(home, page, monkeypatch, period="All"))
    assert "No day of entry is known" not in _text(_page(company_home, page, monkeypatch, period="13 weeks"))


CALENDAR = """
calendars:
  default: {zone: Europe/Berlin, week: {mon: "08:00-18:00", tue: "08:00-18:00", wed: "08:00-18:00", thu: "08:00-18:00", fri: "08:00-18:00"}}
"""


@pytest.fixture(scope="module")
def home_with_calendar(company_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company with working hours: its facts are built anew."""
    folder = tmp_path_factory.mktemp("calendar") / "home"
    shutil.copytree(company_home, folder)
    home = open_home(folder)
    default = (APP.parent.parent / "pipelines" / "process" / "default.yaml").read_text(encoding="utf-8")
    (home.config / "process.yaml").write_text(default + CALENDAR, encoding="utf-8")
    snapshot = current_snapshot(home)
    assert snapshot is not None
    with duckdb.connect(str(snapshot.path)) as con:
        process = load_process(home, None)
        write_process(con, process)
        write_calendars(con, process)
        build_marts(con, "facts", True)
        build_marts(con, "orders", True)
    return folder


def test_stages_are_shown_in_working_time_where_a_calendar_is_configured(
    home_with_calendar: Path, company_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    working = _page(home_with_calendar, "stages", monkeypatch, period="All")
    assert not working.exception
    assert "Delay is working time beyond a stage's target; a day has 10.0 working hours." in _text(working)
    elapsed = _page(home_with_calendar, "stages", monkeypatch, period="All", clock="Elapsed time")
    assert not elapsed.exception
    assert "Targets are set in working time" in _text(elapsed)
    assert _text(working) != _text(elapsed)
    without = _page(company_home, "stages", monkeypatch, period="All")
    assert "Delay is elapsed time" in _text(without) and "clock" not in {w.key for w in without.button_group}


def test_two_groups_are_compared_in_a_stage(company_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = _page(company_home, "stages", monkeypatch, period="All", stage="Validation", compare_by="Channel")
    assert not app.exception
    text = _text(app)
    assert "Do two groups or periods differ in Validation?" in text
    assert "p = " in text or "p < " in text
    app.selectbox(key="compare_by").select("period").run()
    assert not app.exception and "There is no period before all of history" in _text(app)


@pytest.mark.parametrize(
    "look", ["step|Order entered|Order validated", "activity|Order validated", "variant|1", "again||Order validated",
             "hand|Order desk|Finance", "user|u001|u002", "constraint|10001|something"],
)  # fmt: skip
def test_everything_on_the_flow_page_leads_to_its_orders(
    look: str, company_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _page(company_home, "flow", monkeypatch, period="All", look=look)
    assert not app.exception
    assert any(button.label == "Let go" for button in app.button)
    next(button for button in app.button if button.label == "Let go").click().run()
    assert not app.exception
    assert not any(button.label == "Let go" for button in app.button)


def test_the_ways_of_unfinished_orders_stand_apart(company_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_snapshot(current_snapshot(open_home(company_home)) or pytest.fail("no snapshot")) as con:
        ended, still = con.execute(
            "SELECT count(*) FILTER (is_open IS NOT TRUE), count(*) FILTER (is_open) FROM marts.flow_cases"
        ).fetchall()[0]
    assert ended > still > 0
    app = _page(company_home, "flow", monkeypatch, period="All")
    assert f"{ended} finished orders take one of" in _text(app) and f"{still} orders are not finished" in _text(app)
    every = _page(company_home, "flow", monkeypatch, period="All", whole="Unfinished too")
    assert f"{ended + still} orders take one of" in _text(every) and "not finished and stand apart" not in _text(every)


def test_a_review_is_kept_and_can_be_undone(
    company_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(company_home, home)
    app = _page(home, "risk", monkeypatch)
    app.button(key="review_confirmed").click().run()
    assert not app.exception
    (decision,) = read_all(open_home(home))
    assert (decision.kind, decision.verdict, decision.subject_kind) == ("review", "confirmed", "order")
    app.button(key="undo_review").click().run()
    assert read_all(open_home(home)) == []


def test_the_risk_list_begins_with_what_can_still_be_put_right(
    company_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_snapshot(current_snapshot(open_home(company_home)) or pytest.fail("no snapshot")) as con:
        scored = con.execute(
            "SELECT order_id, shipped_at FROM risk.scores JOIN marts.order_facts USING (order_key, order_id) ORDER BY rank"
        ).fetchall()
    right = [order for order, shipped_at in scored if shipped_at is None]
    assert 0 < len(right) < len(scored)
    app = _page(company_home, "risk", monkeypatch)
    shown = app.dataframe[0].value
    assert shown["order_id"].tolist() == right and shown["stage_title"].notna().all()
    assert "Shipping" in shown["stage_title"].tolist() and "Payment" not in shown["stage_title"].tolist()
    text = _text(app)
    assert f"{len(right)} orders that can still be put right" in text
    assert f"{len(scored) - len(right)} more open orders have been shipped, wholly or in part." in text
    every = _page(company_home, "risk", monkeypatch, risky="All open")
    assert every.dataframe[0].value["order_id"].tolist() == [order for order, _ in scored]
    assert f"{len(scored)} open orders ({len(right)} of them can still be put right)" in _text(every)
    narrow = _page(company_home, "risk", monkeypatch, compact="1").dataframe[0].value.iloc[0]
    assert narrow["order_id"] == right[0] and narrow["about"].count(" · ") == 2


def test_a_frozen_baseline_keeps_its_counts_beside_what_is_known_today(
    company_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(company_home, home)
    app = _page(home, "error_rate", monkeypatch, period="All")
    next(b for b in app.button if "Freeze" in b.label).click().run()
    assert not app.exception
    (decision,) = read_all(open_home(home))
    assert decision.payload["orders"] > decision.payload["errors"] > 0 and decision.payload["selection"] == {}
    told = f"{decision.payload['errors']} of {decision.payload['orders']}"
    assert next(line for line in _text(app).splitlines() if "As frozen on" in line).count(told) == 2


def test_new_data_are_offered_while_the_old_ones_stay(
    company_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(company_home, home)
    app = _page(home, "data", monkeypatch)
    old = app.session_state["snapshot"]
    shutil.copyfile(old.path, home / "snapshots" / "newer.duckdb")
    pointer = (home / "snapshots" / "CURRENT").read_text(encoding="utf-8")
    write_atomically(home / "snapshots" / "CURRENT", pointer.replace(old.id, "newer"))
    app.run()
    assert not app.exception
    assert app.session_state["snapshot"].id == old.id
    assert "New data were published" in _text(app)
    next(b for b in app.button if "Show them" in b.label).click().run()
    assert not app.exception
    current = current_snapshot(open_home(home))
    assert current is not None and app.session_state["snapshot"].id == current.id == "newer"
    assert "New data were published" not in _text(app)


def test_the_dashboard_never_imports_great_expectations() -> None:
    modules = [
        "dashboard.data",
        "dashboard.parts",
        "dashboard.state",
        "dashboard.cards",
        "dashboard.frames",
        "dashboard.launch",
    ]
    code = f"import sys, {', '.join(modules)}; sys.exit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=APP.parent.parent).returncode == 0


VIEWS = ({"trace": "One user"}, {"trace": "One order"}, {"trace": "Workload and hour"})


@pytest.mark.parametrize("compact", ["0", "1"])
@pytest.mark.parametrize("view", VIEWS)
def test_each_view_of_the_traces_renders(
    view: dict[str, str], compact: str, company_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _page(company_home, "traces", monkeypatch, period="All", compact=compact, **view)
    assert not app.exception
    assert app.segmented_control(key="trace").value == {"One user": "user", "One order": "order"}.get(
        view["trace"], "workload"
    )


def test_the_address_keeps_the_order_and_the_moment(company_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change that is in the log: before it the old value stands, marked, beside the value of now."""
    with open_snapshot(current_snapshot(open_home(company_home))) as con:  # type: ignore[arg-type]
        order, line, old, at = con.execute(
            "SELECT c.order_id, c.line_id, c.old_value, c.changed_at - INTERVAL 1 SECOND FROM marts.change_facts c "
            "JOIN core.order_lines l ON l.line_id = c.line_id AND l.quantity = TRY_CAST(c.new_value AS DECIMAL(18,4)) "
            "WHERE c.field = 'quantity' AND c.old_value <> c.new_value QUALIFY count(*) OVER (PARTITION BY c.line_id) = 1 "
            "ORDER BY c.record_key LIMIT 1"
        ).fetchall()[0]  # fmt: skip
    app = _page(company_home, "traces", monkeypatch, period="All", trace="One order", order=order, at=str(at))
    assert not app.exception
    assert app.selectbox(key="order").value == order
    assert app.select_slider(key="at").value == str(at)
    lines = next(frame.value for frame in app.dataframe if "quantity" in frame.value.columns)
    cells = dict(zip(lines["line"], lines["quantity"], strict=True))
    assert cells[line.rsplit("-", 1)[-1]].startswith(f"◆ {old} (now ")
    assert "1 value was different from now" in _text(app)


def test_an_order_that_is_not_there_is_said_to_be_missing(company_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = _page(company_home, "traces", monkeypatch, trace="One order", order="no-such-order")
    assert not app.exception
    assert "There is no order no-such-order" in _text(app)


def test_a_click_on_a_day_and_on_a_list_leads_on(company_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = _page(company_home, "traces", monkeypatch, period="All")
    days = app.selectbox(key="day").options
    app.session_state["day"] = app.selectbox(key="day").value
    app.selectbox(key="day").select_index(len(days) - 1).run()
    assert not app.exception
    assert days[-1] in _text(app)


@pytest.mark.parametrize("page", ["exceptions", "changes", "defects", "stages"])
def test_what_happened_stands_on_every_time_axis(
    page: str, company_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(company_home, home)
    with open_snapshot(current_snapshot(open_home(home))) as con:  # type: ignore[arg-type]
        (day,) = con.execute("SELECT max(ordered_on) - 60 FROM marts.order_facts").fetchall()[0]
    noted = Decision(
        "annotation", "measure", f"error_rate:{day}:x", "noted", note="new form", payload={"day": str(day)[:10]}
    )
    append(open_home(home), noted)
    app = _page(home, page, monkeypatch, period="All")
    assert not app.exception
    assert "❘" in _text(app) and "new form" in _text(app)


def _with_overdue(company_home: Path, tmp_path: Path) -> Path:
    """The company with its three oldest exceptions never resolved."""
    home = tmp_path / "home"
    shutil.copytree(company_home, home)
    with duckdb.connect(str(current_snapshot(open_home(home)).path)) as con:  # type: ignore[union-attr]
        con.execute(
            "UPDATE marts.exception_facts SET resolved_at = NULL, resolve_seconds = NULL, is_open = true, beyond_target = true "
            "WHERE record_key IN (SELECT record_key FROM marts.exception_facts WHERE raised_at IS NOT NULL ORDER BY raised_at LIMIT 3)"
        )
    return home


@pytest.mark.parametrize(
    ("page", "sentence"),
    [("overview", "{late} exceptions are open beyond target"), ("exceptions", "{late} of {open} open exceptions are beyond their target")],
)  # fmt: skip
def test_what_is_open_now_is_not_narrowed_by_the_period(
    page: str, sentence: str, company_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = "SELECT count(*) FILTER (WHERE beyond_target), count(*) FROM marts.exception_facts WHERE is_open"
    of_four_weeks = "order_key IN (SELECT order_key FROM marts.order_facts WHERE ordered_on > (SELECT max(ordered_on) - 28 FROM marts.order_facts))"
    home = _with_overdue(company_home, tmp_path)
    with open_snapshot(current_snapshot(open_home(home))) as con:  # type: ignore[arg-type]
        ((late, is_open),) = con.execute(counts).fetchall()
        ((recent, _open),) = con.execute(f"{counts} AND {of_four_weeks}").fetchall()
    assert recent < late
    app = _page(home, page, monkeypatch, period="4 weeks")
    assert not app.exception
    text = _text(app) + "".join(str(metric.value) for metric in app.metric)
    assert sentence.format(late=late, open=is_open) in text
    if page == "overview":
        (card,) = [metric for metric in app.metric if metric.label == "Overdue exceptions"]
        assert card.value == str(late) and f"of {is_open} open, orders of any age" in text


def test_the_share_within_target_says_of_what(
    company_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = _with_overdue(company_home, tmp_path)
    with open_snapshot(current_snapshot(open_home(home))) as con:  # type: ignore[arg-type]
        ((within, timed, late),) = con.execute(
            "SELECT count(*) FILTER (WHERE resolve_seconds <= target_seconds), count(resolve_seconds), "
            "count(*) FILTER (WHERE is_open AND beyond_target) FROM marts.exception_facts"
        ).fetchall()
    assert late > 0
    told = (
        f"{round(100 * within / (timed + late))} % were resolved within their target: {within} of {timed + late}, which are "
        f"the {timed} resolved whose beginning is known and {late} still open beyond it."
    )
    assert told in _text(_page(home, "exceptions", monkeypatch, period="All")).replace("\u00a0", " ")


def test_what_older_orders_have_open_is_told_where_those_of_the_period_had_none(
    company_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = _with_overdue(company_home, tmp_path)
    with duckdb.connect(str(current_snapshot(open_home(home)).path)) as con:  # type: ignore[union-attr]
        con.execute("DELETE FROM marts.exception_facts WHERE NOT is_open")
    app = _page(home, "exceptions", monkeypatch, period="4 weeks")
    assert not app.exception
    text = _text(app)
    assert "3 of 3 open exceptions are beyond their target." in text
    assert "No order of this selection had an exception. Open exceptions are those of orders of any age." in text
    app.session_state["exception"] = "open:"
    app.run()
    assert not app.exception and "3 exceptions: Open, orders of any age" in _text(app)
