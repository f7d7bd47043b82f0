"""People under pseudonyms: stable, never shared, and no name past the landing: not in the snapshot, a page, a file or a sentence."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import data
from pipelines.cli import main
from pipelines.decisions import Decision, append
from pipelines.errors import ConfigurationError
from pipelines.pseudonyms import Pseudonyms
from pipelines.run import run
from pipelines.settings import Home, open_home
from pipelines.warehouse import open_snapshot, require_snapshot
from tests.test_dashboard_app import APP, PAGES

NAMES = ("Anna Lindqvist", "M. Okafor", "bparker", "张伟", "Zoë Ångström", "j.doe@tea.example")
"""All who work in the small company below; the last one only decides about findings."""
CLERKS = NAMES[:3]


def test_two_persons_never_share_a_pseudonym_and_one_keeps_theirs(tmp_path: Path) -> None:
    people = [f"clerk {n}" for n in range(3000)]
    first = Pseudonyms(tmp_path / "secrets" / "p.json").of_all(people[:1000])
    again = Pseudonyms(tmp_path / "secrets" / "p.json")
    given = again.of_all(reversed(people))
    assert len(set(given.values())) == 3000
    assert {name: given[name] for name in people[:1000]} == first
    # 65,536 names of four digits for 3,000 people: some had to take a fifth.
    assert {len(shown) for shown in given.values()} >= {len("User 7F3A"), len("User 7F3A1")}
    assert again.of(None) is None and again.of_all([" "]) == {" ": " "}


def test_another_home_gives_other_pseudonyms_and_the_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    here, there = Pseudonyms(tmp_path / "a.json"), Pseudonyms(tmp_path / "b.json")
    assert here.of_all(NAMES) != there.of_all(NAMES)
    assert here.fingerprint != there.fingerprint
    assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) == 0o600
    kept = (tmp_path / "a.json").read_text(encoding="utf-8")
    assert not any(json.dumps(name)[1:-1] in kept or name in kept for name in NAMES)


def test_a_broken_key_file_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"key": "not hex"}', encoding="utf-8")
    with pytest.raises(ConfigurationError, match="backup"):
        Pseudonyms(tmp_path / "a.json")


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("as agreed with Anna Lindqvist.", "as agreed with {Anna Lindqvist}."),
        ("M. Okafor's mistake", "{M. Okafor}'s mistake"),
        ("(bparker, 张伟)", "({bparker}, {张伟})"),
        ("由张伟确认", "由{张伟}确认"),
        ("ask j.doe@tea.example, Zoë Ångström", "ask {j.doe@tea.example}, {Zoë Ångström}"),
        ("Anna was ill; bparkers is nobody; 10 pieces", "Anna was ill; bparkers is nobody; 10 pieces"),
    ],
)
def test_who_is_known_is_hidden_in_free_text(text: str, hidden: str, tmp_path: Path) -> None:
    names = Pseudonyms(tmp_path / "a.json")
    shown = names.of_all([*NAMES, "10", "is"])
    for name in NAMES:
        hidden = hidden.replace(f"{{{name}}}", shown[name])
    assert names.hidden_in(text) == hidden


def test_the_setting_is_true_or_false(tmp_path: Path) -> None:
    home = open_home(tmp_path, create=True)
    (home.config / "settings.yaml").write_text("mature_days: 30\npseudonyms: perhaps\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"settings\.yaml, line 2"):
        open_home(tmp_path)


def _write_company(where: Path) -> Path:
    """40 orders of three clerks: a name in each column that may hold one, in a reason, in a changed value and in a lost row."""
    folder = where / "files"
    folder.mkdir()
    anna, okafor, parker, wei, zoe, _ = NAMES
    orders = [
        f"O{n:02d},2026-01-{1 + n % 28:02d} 09:00:00,C{n % 5},Tea house {n % 5},{CLERKS[n % 3]},{100 + n},EUR"
        for n in range(40)
    ]
    tables = {
        "orders": ("order_id,ordered_at,customer_id,customer_name,entered_by,net_amount,currency", [*orders, f",2026-01-05,C1,,{anna},1,"]),
        "order_lines": ("order_id,line_id,sku,quantity,unit,updated_by", [f"O{n:02d},O{n:02d}-1,TEA,{n + 1},KG,{parker}" for n in range(40)]),
        "user_actions": (
            "order_id,activity,at,user_id,detail",
            [f"O{n:02d},{what},2026-01-{1 + n % 28:02d} {hour}:00:00,{who},seen by {zoe}" for n in range(40)
             for what, hour, who in (("Order entered", "09", CLERKS[n % 3]), ("Order approved", "11", wei), ("Order entered", "12", zoe))],
        ),
        "order_changes": (
            "order_id,line_id,field,old_value,new_value,changed_at,changed_by,approved_by,requested_by,reason",
            [f"O01,O01-1,quantity,20,2,2026-01-09 10:00:00,{okafor},{wei},customer,typing error of {anna}",
             f"O01,O01-1,quantity,7,3,2026-01-09 10:30:00,{parker},,{zoe},correction",
             f"O02,,entered_by,{parker},{anna},2026-01-09 11:00:00,{okafor},,,correction",
             f"O02,,sales_rep,{parker},{anna},2026-01-09 11:00:00,{okafor},{okafor},,"],
        ),
        "exceptions": (
            "exception_id,order_id,type,raised_at,resolved_at,raised_by,owner,resolved_by,resolution",
            [f"E1,O03,stock_shortage,2026-01-08 10:00:00,2026-01-09 10:00:00,{anna},{okafor},{parker},called {wei}"],
        ),
        "order_errors": ("error_id,order_id,line_id,field,type,found_at,found_by,evidence,cost",
                         [f"X1,O04,O04-1,quantity,wrong_quantity,2026-01-20 10:00:00,{zoe},complaint,20"]),
        "users": ("user_id,name,role,department", [f"{who},{who},clerk,Desk" for who in NAMES[:4]]),
    }  # fmt: skip
    for table, (header, rows) in tables.items():
        (folder / f"{table}.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def hidden(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home that first showed names, in which somebody decided something, and that hides them now."""
    files, path = _write_company(tmp_path_factory.mktemp("tea")), tmp_path_factory.mktemp("home")
    home = open_home(path, create=True)
    run([files], home)
    defect = _all(home, "SELECT defect_id FROM ledger.defects WHERE resolved_at IS NULL ORDER BY ALL LIMIT 1")[0][0]
    append(home, Decision("acceptance", "defect", defect, "accepted", NAMES[5], f"{NAMES[0]} said so"))
    (home.config / "settings.yaml").write_text("pseudonyms: true\n", encoding="utf-8")
    home = open_home(path)
    run([files], home)
    return home


def _all(home: Home, query: str) -> list[tuple[Any, ...]]:
    with open_snapshot(require_snapshot(home)) as con:
        return con.execute(query).fetchall()


def _texts(home: Home) -> Iterator[tuple[str, str]]:
    columns = _all(
        home,
        "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE data_type = 'VARCHAR' AND NOT internal "
        "AND schema_name NOT IN ('scope', 'clock')",
    )
    with open_snapshot(require_snapshot(home)) as con:
        for schema, table, column in columns:
            for (value,) in con.execute(
                f'SELECT DISTINCT "{column}" FROM {schema}."{table}" WHERE "{column}" IS NOT NULL'
            ).fetchall():
                yield f"{schema}.{table}.{column}", value


def test_no_name_is_in_the_snapshot(hidden: Home) -> None:
    found = [(place, text) for place, text in _texts(hidden) if any(name in text for name in NAMES)]
    assert found == []
    assert len(list(hidden.snapshots.glob("*.duckdb"))) == 1


def test_no_name_is_in_a_byte_of_the_home_but_for_the_landing_and_the_decisions(hidden: Home) -> None:
    """What was deleted from a database lies in its file until the room is needed."""
    files = [path for path in hidden.path.rglob("*") if path.is_file()]
    kept = {path for path in files if path.relative_to(hidden.path).parts[0] in ("landing", "decisions")}
    whole = {path: path.read_bytes() for path in files}
    assert any(NAMES[0].encode() in whole[path] for path in kept)
    assert [(path.name, name) for path in files if path not in kept for name in NAMES if name.encode() in whole[path]] == []  # fmt: skip


def test_one_person_is_one_pseudonym_everywhere(hidden: Home) -> None:
    names = Pseudonyms(hidden.pseudonyms)
    anna, okafor, parker = (names.of(name) for name in CLERKS)
    assert _all(hidden, "SELECT entered_by, count(*) FROM core.orders WHERE NOT _derived GROUP BY 1 ORDER BY 2 DESC, 1") == sorted(
        [(anna, 14), (okafor, 13), (parker, 13)], key=lambda row: (-row[1], str(row[0]))
    )  # fmt: skip
    assert _all(hidden, "SELECT raised_by, owner, resolved_by FROM marts.exception_facts") == [(anna, okafor, parker)]
    assert _all(hidden, "SELECT old_value, new_value FROM core.order_changes WHERE field = 'sales_rep'") == [(parker, anna)]  # fmt: skip
    assert _all(hidden, "SELECT count(*) FROM core.users WHERE name = user_id") == [(4,)]
    assert _all(hidden, "SELECT count(*) FROM ledger.defects WHERE rule LIKE '%user%' AND field = 'entered_by'") == [(0,)]  # fmt: skip
    # The customer is nobody's name, and roles stay.
    assert _all(hidden, "SELECT requested_by FROM core.order_changes WHERE requested_by NOT LIKE 'User %'") == [("customer",)]  # fmt: skip
    assert _all(hidden, "SELECT DISTINCT role, department FROM core.users") == [("clerk", "Desk")]


def test_the_findings_are_those_of_a_home_that_shows_names(hidden: Home, tmp_path: Path) -> None:
    home = open_home(tmp_path / "plain", create=True)
    run([_write_company(tmp_path)], home)
    query = (
        "SELECT rule, record_key, field, observed IS NULL, origin_user IS NULL, origin_at FROM ledger.defects "
        "WHERE entity <> 'users' AND resolved_at IS NULL AND accepted_by IS NULL ORDER BY ALL"
    )
    accepted = _all(hidden, "SELECT rule, record_key FROM ledger.defects WHERE accepted_by IS NOT NULL")
    plain = [row for row in _all(home, query) if row[:2] not in accepted]
    assert _all(hidden, query) == plain and len(plain) >= 4
    # "User" begins every pseudonym: sentences must name people in the one home as in the other.
    named = _all(home, "SELECT count(*) FROM ledger.defects WHERE regexp_matches(evidence, 'Anna|Okafor|parker')")
    assert _all(hidden, "SELECT count(*) FROM ledger.defects WHERE regexp_matches(evidence, 'User [0-9A-F]{4}')")[0] >= named[0]  # fmt: skip


@pytest.mark.parametrize(
    "what", ["orders", "defects", "errors", "exceptions", "changes", "trace", "quarantine", "corrections", "risk"]
)
def test_no_name_is_in_an_export(what: str, hidden: Home, tmp_path: Path) -> None:
    assert main(["export", what, "--out", str(tmp_path / "x.csv"), "--home", str(hidden.path)]) == 0
    text = (tmp_path / "x.csv").read_text(encoding="utf-8-sig")
    assert not any(name in text for name in NAMES)


def test_no_name_is_in_the_event_log_the_figures_or_the_status(
    hidden: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "log", "--out", str(tmp_path / "log.xes"), "--home", str(hidden.path)]) == 0
    assert main(["export", "log", "--out", str(tmp_path / "log.json"), "--home", str(hidden.path)]) == 0
    assert main(["kpi", "--by", "user", "--home", str(hidden.path)]) == 0
    assert main(["status", "--home", str(hidden.path)]) == 0
    texts = [
        capsys.readouterr().out,
        *(path.read_text(encoding="utf-8") for path in tmp_path.iterdir() if path.is_file()),
        *(p.read_text(encoding="utf-8", errors="replace") for p in hidden.data_docs.rglob("*") if p.is_file()),
    ]
    assert "User " in texts[0]
    assert not [name for name in NAMES for text in texts if name in text or json.dumps(name)[1:-1] in text]


@pytest.mark.parametrize("page", PAGES)
def test_no_name_is_on_a_page(page: str, hidden: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERPROOF_HOME", str(hidden.path))
    data.home.cache_clear()
    views = ({"period": "all"}, {"period": "all", "trace": "order"}) if page == "traces" else ({"period": "all"},)
    for view in views:
        app = AppTest.from_file(str(APP), default_timeout=60)
        for key, value in view.items():
            app.query_params[key] = value
        if page != "overview":
            app.switch_page(f"pages/{page}.py")
        app.run()
        assert not app.exception
        sent = b"".join(_sent(app))
        assert sent and not [name for name in NAMES if name.encode() in sent or json.dumps(name)[1:-1].encode() in sent]


def _sent(app: AppTest) -> Iterator[bytes]:
    """Everything that the page sends to the browser, tables and charts with it."""
    for node in [*app.main, *app.sidebar]:
        proto = getattr(node, "proto", None)
        if proto is not None:
            yield proto.SerializeToString()


def test_a_lost_key_names_everybody_anew_and_consistently(hidden: Home, tmp_path: Path) -> None:
    """Without its key nobody can go on with the old pseudonyms: all records are read again under new ones."""
    files = _write_company(tmp_path)
    home = open_home(tmp_path / "home", create=True)
    (home.config / "settings.yaml").write_text("pseudonyms: true\n", encoding="utf-8")
    home = open_home(tmp_path / "home")
    run([files], home)
    before = {row[0] for row in _all(home, "SELECT DISTINCT entered_by FROM core.orders")}
    home.pseudonyms.unlink()
    run([files], home)
    after = {row[0] for row in _all(home, "SELECT DISTINCT entered_by FROM core.orders")}
    assert len(after) == len(before) and not after & before
    assert _all(home, "SELECT count(*) FROM core.user_actions") == [(120,)]
