"""`orderproof accept`: a finding stops counting with the next run, stays visible, and counts again when it is taken back."""

import pytest

from pipelines.cli import main
from pipelines.run import run
from pipelines.settings import Home, open_home
from pipelines.warehouse import open_snapshot, require_snapshot

ORDERS = """order_id,ordered_at,customer_id,net_amount,currency
1,2026-01-05T08:00:00Z,C1,100,EUR
2,2026-01-06T08:00:00Z,C1,200,Euro
3,2026-01-07T08:00:00Z,C2,300,Euro
"""
OF_RULE = "SELECT order_id, resolution FROM ledger.defects WHERE rule = 'orders_currency_format' ORDER BY order_id"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("accept")
    (folder / "orders.csv").write_text(ORDERS, encoding="utf-8")
    made = open_home(folder / "home", create=True)
    again(made)
    return made


def again(home: Home) -> None:
    run([home.path.parent / "orders.csv"], home)


def ask(home: Home, sql: str) -> list[tuple[object, ...]]:
    with open_snapshot(require_snapshot(home)) as con:
        return con.execute(sql).fetchall()


def test_a_finding_is_accepted_and_taken_back(home: Home) -> None:
    ((defect_id,),) = ask(
        home, "SELECT defect_id FROM ledger.defects WHERE rule = 'orders_currency_format' AND order_id = '2'"
    )
    place = ["--home", str(home.path)]
    assert main(["accept", str(defect_id), "--why", "the customer writes so", "--by", "ann", *place]) == 0
    again(home)
    assert ask(home, OF_RULE) == [("2", "accepted"), ("3", None)]
    assert main(["accept", str(defect_id), "--revoke", *place]) == 0
    again(home)
    assert ask(home, OF_RULE) == [("2", None), ("3", None)]


def test_a_rule_is_accepted_for_a_customer(home: Home) -> None:
    scope = ["accept", "--rule", "orders_currency_format", "--customer", "C2", "--home", str(home.path)]
    assert main([*scope, "--why", "on paper", "--until", "2030-01-01"]) == 0
    again(home)
    assert ask(home, OF_RULE) == [("2", None), ("3", "accepted")]
    assert main([*scope, "--revoke"]) == 0
    before = (home.decisions / "decisions.jsonl").read_bytes()
    assert main([*scope, "--why", "on paper", "--until", "2001-01-01"]) == 2, "before the end of the data"
    assert (home.decisions / "decisions.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["0000"], "needs its reason"),
        ([], "say what is accepted"),
        (["0000", "--rule", "wrong_terms", "--why", "x"], "say what is accepted"),
        (["0000", "--customer", "C1", "--why", "x"], "narrow a --rule down"),
        (["0000", "--why", "x"], "no finding 0000"),
        (["--rule", "no_such_rule", "--why", "x"], "no rule 'no_such_rule'"),
        (["0000", "--revoke"], "not accepted: 0000"),
    ],
)
def test_wrong_usage_is_told(home: Home, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    before = (home.decisions / "decisions.jsonl").read_bytes() if (home.decisions / "decisions.jsonl").exists() else b""
    assert main(["accept", *arguments, "--home", str(home.path)]) == 2
    assert words in capsys.readouterr().err
    after = (home.decisions / "decisions.jsonl").read_bytes() if (home.decisions / "decisions.jsonl").exists() else b""
    assert after == before


def test_a_wrong_day_is_refused() -> None:
    with pytest.raises(SystemExit):
        main(["accept", "0000", "--why", "x", "--until", "soon"])
