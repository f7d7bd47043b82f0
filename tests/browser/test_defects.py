"""The page of defects as a process owner uses it: from a bar or a field to the orders, to the record, to a decision, to the list."""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from pipelines.decisions import read_all
from pipelines.settings import open_home
from pipelines.warehouse import current_snapshot
from tests.browser.conftest import serve, settle, visit


@pytest.fixture(scope="module")
def own_home(company_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of its own: decisions are written into it."""
    return Path(shutil.copytree(company_home, tmp_path_factory.mktemp("own") / "home"))


@pytest.fixture(scope="module")
def address(own_home: Path) -> Iterator[str]:
    with serve(own_home) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """All orders, on a screen that holds the whole page."""
    opened = browser.new_page(viewport={"width": 1440, "height": 3000})
    visit(opened, address, "defects", "?period=All")
    yield opened
    opened.close()


def _ask(home: Path, sql: str) -> list[tuple[object, ...]]:
    snapshot = current_snapshot(open_home(home))
    assert snapshot is not None
    with duckdb.connect(str(snapshot.path), read_only=True) as con:
        return con.execute(sql).fetchall()


def _click(page: Page, mark: Locator) -> None:
    box = mark.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(300)
    settle(page)


def _bars(page: Page) -> Locator:
    return page.locator("[data-testid=stPlotlyChart]").first.locator(".bars .point path")


def _fields(page: Page) -> Locator:
    return page.locator(".st-key-error_matrix .scatterlayer .point")


def _title(page: Page) -> Locator:
    """Title of the list of orders: '4 orders: Wrong product code'; without a choice there is no colon."""
    return page.locator("h4").nth(4)


def _chosen(page: Page) -> tuple[str, str]:
    """Number of orders and name of what was chosen, once the list has followed the click."""
    expect(_title(page)).to_contain_text(": ", timeout=20_000)
    number, _colon, name = _title(page).inner_text().partition(": ")
    return number, name


GROUPS = {
    "By type": "SELECT k.title, count(DISTINCT order_key) FROM ledger.defects d JOIN ledger.kinds k USING (kind) WHERE {open} GROUP BY ALL",
    "By rule": "SELECT r.title, count(DISTINCT order_key) FROM ledger.defects d JOIN ledger.rules r USING (rule) WHERE {open} GROUP BY ALL",
    "By origin": "SELECT coalesce(s.title, 'Unknown'), count(DISTINCT order_key) FROM ledger.defects d "
    "LEFT JOIN meta.stages s ON s.stage = d.origin_stage WHERE {open} GROUP BY ALL",
}
OPEN = "d.resolved_at IS NULL AND d.order_key IS NOT NULL AND d.rule NOT IN (SELECT rule FROM ledger.source_rules)"


@pytest.mark.parametrize("by", GROUPS)
def test_a_click_on_a_bar_lists_its_orders_and_the_address_keeps_it(page: Page, own_home: Path, by: str) -> None:
    wanted = {str(title): orders for title, orders in _ask(own_home, GROUPS[by].format(open=OPEN))}
    page.get_by_text(by, exact=True).click()
    page.wait_for_timeout(1000)
    settle(page)
    _click(page, _bars(page).nth(1))
    number, name = _chosen(page)
    assert number.split()[0] == str(wanted[name])
    page.wait_for_url("**part=*")
    page.reload()
    settle(page)
    expect(_title(page)).to_have_text(f"{number}: {name}")
    _click(page, _bars(page).nth(1))
    expect(_title(page)).not_to_contain_text(":", timeout=20_000)
    page.wait_for_url(lambda url: "part=" not in url)


def test_a_click_on_a_field_of_the_matrix_lists_its_orders_and_the_address_keeps_it(page: Page, own_home: Path) -> None:
    cells = _ask(
        own_home,
        "SELECT coalesce(s.title, 'Unknown'), e.found_place, count(*), count(DISTINCT order_key) FROM marts.error_facts e "
        "LEFT JOIN meta.stages s ON s.stage = e.origin_stage GROUP BY ALL",
    )
    expect(_fields(page)).to_have_count(len(cells), timeout=20_000)
    _click(page, _fields(page).nth(0))
    number, name = _chosen(page)
    origin, _arrow, place = name.partition(" → ")
    places = {
        "Monitor": "monitoring",
        "Customer": "customer",
        **dict(_ask(own_home, "SELECT title, stage FROM meta.stages")),
    }
    (orders,) = [row[3] for row in cells if row[0] == origin and row[1] == places[place]]
    assert number.split()[0] == str(orders)
    page.reload()
    settle(page)
    expect(_title(page)).to_have_text(f"{number}: {name}")
    _click(page, _bars(page).first)
    expect(_title(page)).not_to_contain_text("→", timeout=20_000)
    page.wait_for_url(lambda url: "cell=" not in url)


def test_the_record_stands_beside_the_list_with_what_is_wrong_and_what_is_meant(page: Page, own_home: Path) -> None:
    visit(page, page.url.split("/defects")[0], "defects", "?period=All&part=wrong_product")
    orders = _ask(
        own_home,
        f"SELECT order_id, observed, suggested, defect_id FROM ledger.defects d WHERE kind = 'wrong_product' AND {OPEN} AND suggested IS NOT NULL",
    )
    grid = page.locator("[data-testid=stDataFrame]").first
    box = grid.bounding_box()
    assert box is not None and len({row[0] for row in orders}) >= 2
    page.mouse.click(box["x"] + 15, box["y"] + 36 * 2 + 18)
    page.wait_for_url("**wrong=*")
    settle(page)
    chosen = page.url.partition("wrong=")[2].partition("&")[0]
    told = page.locator("[data-testid=stMain]").inner_text()
    (row,) = [row for row in orders if row[0] == chosen]
    card = told[told.index(f"\n{chosen},") :]
    for word in (row[1], row[2], row[3], "Came in at", "Open its story"):
        assert str(word) in card
    page.reload()
    settle(page)
    assert f"\n{chosen}," in page.locator("[data-testid=stMain]").inner_text()


def test_a_finding_is_accepted_with_a_reason_and_the_decision_can_be_undone(page: Page, own_home: Path) -> None:
    page.get_by_role("button", name="Accept", exact=True).click()
    page.locator(".st-key-accept_value button").click()
    page.get_by_text("Say why it may stand, and who says so.").wait_for(timeout=20_000)
    assert read_all(open_home(own_home)) == []
    page.locator(".st-key-accept_why input").fill("agreed with the customer")
    page.locator(".st-key-accept_by input").fill("Ada")
    page.locator(".st-key-accept_value button").click()
    page.get_by_text("The next run counts it").wait_for(timeout=20_000)
    (decision,) = read_all(open_home(own_home))
    assert (decision.verdict, decision.by, decision.note) == ("accepted", "Ada", "agreed with the customer")
    settle(page)
    page.locator(".st-key-undo_decision button").click()
    page.get_by_role("button", name="Looks right").wait_for(timeout=20_000)
    assert read_all(open_home(own_home)) == []


def test_the_list_of_corrections_is_exported(page: Page, own_home: Path, tmp_path: Path) -> None:
    with page.expect_download() as download:
        page.locator(".st-key-export_csv_corrections button").click()
    download.value.save_as(tmp_path / "list.csv")
    rows = list(csv.DictReader((tmp_path / "list.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert {"order_id", "line_id", "field", "wrong", "suggested", "confidence", "file", "source_line"} <= set(rows[0])
    ((cells,),) = _ask(
        own_home,
        "WITH wrong AS (SELECT entity, record_key, field FROM ledger.defects d LEFT JOIN marts.order_facts o USING (order_key) "
        "WHERE d.resolved_at IS NULL AND suggested IS NOT NULL AND suggested IS DISTINCT FROM observed AND field NOT IN ('order_id', 'line_id') "
        "AND NOT coalesce(o.is_cancelled, false) AND d.rule NOT IN (SELECT rule FROM ledger.source_rules)) "
        # A price or unit beside a doubted product code is the alternative to that code.
        "SELECT count(DISTINCT (entity, record_key, field)) FROM wrong WHERE field NOT IN ('unit_price', 'unit') "
        "OR record_key NOT IN (SELECT record_key FROM wrong WHERE field = 'sku')",
    )
    assert len(rows) == cells
    assert page.get_by_text(f"{cells} values to put right").count() == 1


def test_the_query_that_a_chart_offers_runs_by_hand_and_gives_its_rows(page: Page, own_home: Path) -> None:
    for number in range(4):
        views = page.locator("[data-testid=stButtonGroup]").filter(has_text="Definition").nth(number)
        views.get_by_text("Definition", exact=True).click()
        expect(page.locator("[data-testid=stCode]")).to_have_count(number + 1, timeout=20_000)
        settle(page)
    queries = [block.inner_text() for block in page.locator("[data-testid=stCode]").all()]
    assert len(queries) == 4
    for query in queries:
        for statement in query.split("\n\n"):
            assert _ask(own_home, statement)
