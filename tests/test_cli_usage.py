"""Wrong usage is told before anything is opened."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.cli import main


@pytest.mark.parametrize("command", [["kpi"], ["export", "risk"]])
def test_a_period_that_ends_before_it_begins(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    out = ["--out", str(tmp_path / "list.csv")] if command[0] == "export" else []
    period = ["--from", "2026-03-02", "--to", "2026-03-01"]
    assert main([*command, *period, *out, "--home", str(tmp_path / "home")]) == 2
    assert "begins on 2026-03-02, after its end on 2026-03-01" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--region", "Nroth"], "no order has the region 'Nroth'.\nNothing was written.\nDid you mean 'North'?"),
        (["--channel", "edi"], "no order has the channel 'edi'.\nNothing was written.\nDid you mean 'EDI'?"),
        (["--family", "Q"], "no order has the family 'Q'."),
        (["--user", "nobody-has-this-id"], "no order has the user 'nobody-has-this-id'."),
    ],
)
def test_a_filter_on_what_no_order_has_is_refused(
    asked: list[str], told: str, company_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "orders.csv"
    assert main(["export", "orders", *asked, "--out", str(out), "--home", str(company_home)]) == 2
    assert told in capsys.readouterr().err and not out.exists()


@pytest.mark.parametrize(
    "asked",
    [
        ["run", "{orders}", "--home", "/proc/no-such/home"],
        ["export", "orders", "--out", "/proc/no-such.csv", "--home", "{home}"],
        ["templates", "--out", "{orders}/folder"],
        ["simulate", "--orders", "10", "--out", "/proc/no-such"],
    ],
    ids=["home", "export", "templates", "simulate"],
)
def test_a_path_that_cannot_be_written_is_named_and_is_no_defect(
    asked: list[str], company_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_text("order_id,ordered_at\n1,2026-01-01\n", encoding="utf-8")
    words = [word.format(orders=orders, home=company_home) for word in asked]
    assert main(words) == 2
    told = capsys.readouterr().err
    assert "cannot be read or written" in told and "Give a path" in told and "defect of OrderProof" not in told


@pytest.mark.parametrize("port", ["99999", "0", "-1", "http"])
def test_a_port_that_is_none_is_refused_by_its_name(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["dashboard", "--port", port])
    assert stopped.value.code == 2
    assert "is not a port" in capsys.readouterr().err or port == "-1"


def test_without_a_command_the_help_says_how_to_begin(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert "Begin with `orderproof demo`" in told and "what became of every row" in told


def test_kpis_say_which_days_they_are_about(company_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["kpi", "order_accuracy_rate", "--from", "2025-03-10", "--to", "2025-06-15", "--home", str(company_home)])
        == 0
    )
    assert (
        "\nOrders entered from 2025-03-10 to 2025-06-15; rates of errors are of those entered until"
        in capsys.readouterr().out
    )
    assert main(["kpi", "order_accuracy_rate", "--by", "month", "--home", str(company_home)]) == 0
    assert "Orders entered from" not in capsys.readouterr().out


def test_a_file_without_an_order_is_asked_about(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "orders.csv").write_text("order_id,ordered_at\n", encoding="utf-8")
    assert main(["run", str(tmp_path / "orders.csv"), "--home", str(tmp_path / "home")]) == 0
    assert "Was this the right file?" in capsys.readouterr().err


def test_dates_that_cannot_be_read_are_no_wrong_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "orders.csv").write_text("order_id,ordered_at,customer_id\nA1,spring,C1\n", encoding="utf-8")
    assert main(["run", str(tmp_path / "orders.csv"), "--home", str(tmp_path / "home")]) == 0
    told = capsys.readouterr().err
    assert "1 order came in without a date that could be read" in told
    assert "Was this the right file?" not in told


def test_the_months_of_a_kpi_have_their_own_days(company_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    period = ["--from", "2025-03-10", "--to", "2025-06-15"]
    assert main(["kpi", "orders_entered", "--by", "month", *period, "--json", "--home", str(company_home)]) == 0
    months = json.loads(capsys.readouterr().out)["kpis"]
    assert [(m["group"], m["from"], m["to"]) for m in months] == [
        ("2025-03", "2025-03-10", "2025-03-31"), ("2025-04", "2025-04-01", "2025-04-30"),
        ("2025-05", "2025-05-01", "2025-05-31"), ("2025-06", "2025-06-01", "2025-06-15"),
    ]  # fmt: skip
    for month in months:
        assert (
            main(
                [
                    "kpi",
                    "orders_entered",
                    "--from",
                    month["from"],
                    "--to",
                    month["to"],
                    "--json",
                    "--home",
                    str(company_home),
                ]
            )
            == 0
        )
        (whole,) = json.loads(capsys.readouterr().out)["kpis"]
        assert whole["value"] == month["value"] > 0


@pytest.mark.parametrize("asked", [["rules"], ["rules", "wrong_price"]], ids=["a long answer", "a short one"])
def test_a_reader_that_closes_the_pipe_is_no_defect(tmp_path: Path, asked: list[str]) -> None:
    command = [sys.executable, "-c", "from pipelines.cli import main; raise SystemExit(main())", *asked]
    # Held back until the end of the command, as where output is not a terminal's.
    held_back = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        [*command, "--home", str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=held_back
    ) as listing:
        assert listing.stdout is not None and listing.stderr is not None
        listing.stdout.close()
        told = listing.stderr.read()
    assert (listing.returncode, told) == (0, "")
