"""Parts that pages are made of: verdict, card, empty state, the rows behind a chart."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from dashboard import data
from dashboard.columns import configs_of
from dashboard.words import _, count, ngettext
from pipelines.read.exports import as_csv, as_excel, as_parquet
from pipelines.read.filters import Filters

ROW_HEIGHT = 36
_FEW_ROWS = 10


def verdict(sentence: str, body: str = "") -> None:
    """The page's answer, with one or two lines of reason."""
    with st.container(gap="xxsmall"):
        st.markdown(f"## {sentence}")
        if body:
            st.markdown(body)


@contextmanager
def card(title: str, line: str = "") -> Iterator[None]:
    """A bordered card with what one sees as its title and unit, period and key below."""
    with st.container(border=True, gap="xsmall", height="stretch"):
        with st.container(gap=None):
            st.markdown(f"#### {title}")
            if line:
                st.markdown(f":small[:gray[{line}]]")
        yield


def chart_card(
    title: str,
    line: str,
    figure: go.Figure | None,
    rows: pl.DataFrame,
    key: str,
    alt: str,
    query: str = "",
    empty: str = "",
    **options: Any,
) -> None:
    """A card whose chart can be turned into its rows or its query. `options` go to the chart (`on_select`)."""
    with st.container(border=True, gap="xsmall", height="stretch"):
        nothing = figure is None or rows.is_empty()
        view = head(title, line, None if nothing else key)
        if figure is None or nothing:
            st.markdown(empty or _("No order of this selection has such data."))
        elif view == "rows":
            table(rows, key)
        elif view == "query":
            st.code(query, language="sql")
        else:
            show(figure, key, alt, **options)


def head(title: str, line: str, key: str | None, first: str = "") -> str:
    """Title and unit line at the left, the choice of views at the right; one above the other where it is narrow.

    Without a `key` there is nothing to choose; `first` is what the first view is called, if it is no chart.
    """
    names = {"chart": first or _("Chart"), "rows": _("Data"), "query": _("Definition")}
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="top", gap="small"):
        with st.container(gap=None, width="stretch"):
            st.markdown(f"#### {title}")
            st.markdown(f":small[:gray[{line}]]")
        if key is None:
            return "chart"
        picked = st.segmented_control(
            _("View"), list(names), format_func=names.__getitem__, default="chart", required=True, key=f"view_{key}",
            label_visibility="collapsed", width="content",
        )  # fmt: skip
    return picked or "chart"


def show(figure: go.Figure, key: str, alt: str, *, static: bool = False, **options: Any) -> None:
    """A Plotly figure with the product's own theme. `options` as Streamlit has them (`on_select`, `selection_mode`)."""
    config = {
        "displayModeBar": False,
        "displaylogo": False,
        "scrollZoom": False,
        "responsive": True,
        "staticPlot": static,
    }
    st.plotly_chart(figure, theme=None, width="stretch", key=key, config=config, alt=alt, **options)


def filled(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows without columns that say nothing of any of them."""
    return rows.select([name for name in rows.columns if rows[name].null_count() < rows.height or rows.is_empty()])


def tall(rows: int) -> int:
    """Height of a table that shows so many whole rows below its header, none of them cut."""
    return ROW_HEIGHT * rows + 34


def table(rows: pl.DataFrame, key: str, columns: dict[str, Any] | None = None, **options: Any) -> Any:
    """A table with its number of rows and a CSV button; unknown cells show a dash."""
    height: Any = "content" if rows.height <= _FEW_ROWS else tall(_FEW_ROWS)
    configs = {**configs_of(rows), **(columns or {})}
    chosen = st.dataframe(
        rows, hide_index=True, height=height, row_height=ROW_HEIGHT, column_config=configs, key=f"table_{key}", placeholder="–",
        **options,
    )  # fmt: skip
    rows_and_csv(rows, key)
    return chosen


def rows_and_csv(rows: pl.DataFrame, key: str) -> None:
    """How many rows there are, and all of them as a file."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        small(ngettext("{n} row", "{n} rows", rows.height).format(n=count(rows.height)))
        st.download_button(
            "CSV", lambda: as_csv(rows), f"{key}.csv", "text/csv", key=f"csv_{key}", type="tertiary", on_click="ignore"
        )


def downloads(rows: pl.DataFrame, name: str, what: str) -> None:
    """Export buttons that name the count."""
    export_buttons(f"{_('Export')} {count(rows.height)} {what}:", lambda: rows, name)


def export_buttons(words: str, rows: Callable[[], pl.DataFrame], name: str) -> None:
    """Words and the buttons; the rows are asked for when one is pressed."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(words)
        st.download_button(
            f"**{_('Excel')}**", lambda: as_excel(rows(), name), f"{name}.xlsx", key=f"export_xlsx_{name}"
        )
        st.download_button("CSV", lambda: as_csv(rows()), f"{name}.csv", "text/csv", key=f"export_csv_{name}")
        st.download_button("Parquet", lambda: as_parquet(rows()), f"{name}.parquet", key=f"export_parquet_{name}")


def story_link(order: str, label: str = "") -> None:
    """To the page that tells what happened to an order."""
    st.page_link(
        "pages/traces.py", label=label or _("Open its story"), query_params={"trace": _("One order"), "order": order}
    )


def story_of_selected(rows: pl.DataFrame, state: Any) -> None:
    """The link to the story of the order in the selected row of a table, where one is selected."""
    selected = state.selection.rows if state else []
    if selected and selected[0] < rows.height:
        order = str(rows["order_id"][selected[0]])
        story_link(order, _("Open the story of {order}").format(order=order))


FEWEST = 20


def enough_orders(filters: Filters) -> bool:
    """Whether the selection holds enough orders for a rate; says so, with a way out, where it does not."""
    matching = int(data.query("matching", filters)["orders"][0])
    if matching >= FEWEST:
        return True
    words = ngettext("{n} order matches: too few for a rate.", "{n} orders match: too few for a rate.", matching)
    st.markdown(f"## {words.format(n=count(matching))}")
    st.button(f"**{_('Look at the whole history')}**", on_click=widen)
    return False


def widen() -> None:
    """Let the period reach over all data and drop the other filters."""
    st.session_state["period"] = "all"
    for name in ("region", "channel", "department", "family"):
        st.session_state[name] = []
    st.session_state["user"] = None


def missing(what: str, files: str) -> None:
    """What is missing, what it switches on."""
    with st.container(border=True):
        st.markdown(f"#### {what}")
        st.markdown(
            _(
                "Provide {files} to see it: `orderproof templates --out DIR` writes empty files with every column explained."
            ).format(files=files)
        )


def small(text: str) -> None:
    """A small grey line."""
    st.markdown(f":small[:gray[{text}]]")


def pill(text: str, colour: str) -> str:
    """A coloured word: red worse, green better, gray no signal."""
    return f":{colour}-badge[{text}]"
