"""Every page in a real browser: drawn, without an error box, in both themes, on a phone, and nothing leaves the machine."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import ARTIFACTS, settle, visit

PAGES = ("overview", "error_rate", "defects", "stages", "flow", "exceptions", "changes", "traces", "risk", "data")
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36"
VIEWS = {
    "light": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "user_agent": PHONE},
}


@pytest.mark.parametrize("view", VIEWS)
def test_pages_render_and_nothing_leaves_the_machine(browser: Browser, served: str, view: str) -> None:
    context = browser.new_context(**VIEWS[view])  # type: ignore[arg-type]
    page = context.new_page()
    outside: list[str] = []
    page.on("request", lambda r: outside.append(r.url) if urlsplit(r.url).hostname not in ("127.0.0.1", None) else None)
    ARTIFACTS.mkdir(exist_ok=True)
    for name in PAGES:
        visit(page, served, name, "?period=All")
        assert page.locator("[data-testid=stException]").count() == 0, name
        assert page.locator("h2").count() >= 1, name
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= VIEWS[view]["viewport"]["width"], f"{name} scrolls sideways"  # type: ignore[index]
        page.screenshot(path=ARTIFACTS / f"{name}-{view}.png", full_page=True)
    assert outside == []
    context.close()


def test_every_chart_says_in_words_what_it_shows(browser: Browser, served: str) -> None:
    page = browser.new_page()
    for name in ("overview", "error_rate", "stages", "exceptions"):
        visit(page, served, name, "?period=All")
        charts = page.locator("[data-testid=stPlotlyChart]")
        charts.first.wait_for(timeout=30_000)
        labelled = page.locator("[data-testid=stPlotlyChart][aria-label], [data-testid=stPlotlyChart] [aria-label]")
        assert labelled.count() >= charts.count(), name
    page.close()


def test_the_filter_stays_in_the_address_over_pages(browser: Browser, served: str) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    visit(page, served, "stages")
    page.get_by_text("All", exact=True).first.click()
    page.wait_for_url("**/stages?*period=All*")
    settle(page)
    page.get_by_text("Exceptions", exact=True).first.click()
    page.wait_for_url("**/exceptions?*period=All*")
    settle(page)
    page.close()


def test_the_period_is_kept_over_pages_that_do_not_use_it(browser: Browser, served: str) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    visit(page, served, "overview", "?period=52+weeks")
    for title, address in (("Risk list", "risk"), ("Data", "data"), ("Error rate", "error_rate")):
        page.get_by_text(title, exact=True).first.click()
        page.wait_for_url(f"**/{address}*")
        settle(page)
    page.wait_for_url("**/error_rate?*period=52+weeks*")
    page.close()


def test_pages_name_what_to_provide_where_data_are_missing(browser: Browser, served_bare: str) -> None:
    page = browser.new_page()
    for name, wanted in (("stages", "user_actions"), ("exceptions", "exceptions"), ("error_rate", "order_changes")):
        visit(page, served_bare, name)
        assert page.locator("[data-testid=stException]").count() == 0
        assert wanted in page.locator("[data-testid=stMain]").inner_text()
        # A page opened by its address on a fresh server has the navigation, too.
        assert page.get_by_text("Risk list", exact=True).count() >= 1
    page.close()
