"""What pages read: the published snapshot, never the file of a running run."""

import os
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import streamlit as st

from dashboard.words import _, named
from pipelines.decisions import Decision
from pipelines.edition import edition
from pipelines.pseudonyms import pseudonyms_of, shown_decisions
from pipelines.read import clock
from pipelines.read.exports import frame as export_frame
from pipelines.read.exports import told_in_zone
from pipelines.read.filters import Filters, literal, readable, with_selection
from pipelines.read.kpi import KpiValue, evaluate, find
from pipelines.settings import Home, open_home
from pipelines.sqlfiles import read_package_sql
from pipelines.warehouse import Snapshot, current_snapshot


@cache
def home() -> Home:
    """The home folder that the server was started for."""
    return open_home(Path(os.environ["ORDERPROOF_HOME"]))


def snapshot() -> Snapshot:
    """The snapshot of this session. Stops the page with a word of help where nothing was published."""
    current = current_snapshot(home())
    if current is None:
        st.markdown("## " + _("Nothing has been published yet."))
        st.markdown(_("Load your files, then reload this page:"))
        st.code("orderproof run PATH...", language="sh")
        st.stop()
    held: Snapshot = st.session_state.setdefault("snapshot", current)
    return held


def tell_how_old() -> None:
    """Say, once a page, where newer data were published, or where another edition of the program made these."""
    held, current = snapshot(), current_snapshot(home())
    if current is not None and held.id != current.id:
        _offer(current)
    if query("edition")["edition"].to_list() != [edition()]:
        _tell_former_program()


def _offer(newer: Snapshot) -> None:
    words, button = st.columns([5, 1], vertical_alignment="center")
    words.markdown(":blue-background[" + _("New data were published; this page still shows the former state.") + "]")
    if button.button(f"**{_('Show them')}**"):
        st.session_state["snapshot"] = newer
        st.rerun()


def _tell_former_program() -> None:
    """Pages may miss what the other edition did not build yet."""
    told = _("Another version of OrderProof made these figures; some may be missing until the next run:")
    st.markdown(f":orange-background[{told}]")
    st.code(f"orderproof run --home {home().path}", language="sh")


def query(name: str, filters: Filters | None = None, **params: Any) -> pl.DataFrame:
    """A page's query (`dashboard/queries/<name>.sql`) over the selected orders; `params` fill its $names."""
    return _query(snapshot().id, str(snapshot().path), name, filters or Filters(), tuple(sorted(params.items())))


def kpis(names: tuple[str, ...], filters: Filters, by: str | None = None) -> list[KpiValue]:
    """KPI values as everywhere else."""
    return _kpis(snapshot().id, str(snapshot().path), names, filters, by)


def export(what: str, filters: Filters) -> pl.DataFrame:
    """The list that `orderproof export` writes, with the page's filters."""
    return _export(snapshot().id, str(snapshot().path), what, filters)


def data_until() -> datetime | None:
    """Until when the data reach."""
    until = snapshot().data_until
    return datetime.fromisoformat(until) if until else None


def in_zone(moment: datetime | None) -> datetime | None:
    """A moment in UTC as clocks of the reporting zone show it."""
    return clock.in_zone(moment, zone())


def times_in_zone(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with all their moments as clocks of the reporting zone show them."""
    return clock.times_in_zone(rows, zone())


def values_in_zone(rows: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """The rows with the values of their fields as people read them: moments by the clocks of the reporting zone."""
    return clock.values_told(rows, columns, zone())


def for_a_file(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of a query as files hold them: moments in the reporting zone, which a column names."""
    return told_in_zone(rows, zone())


def zone() -> str:
    """The reporting zone, in which days are cut."""
    return str(query("zone")["zone"][0])


def is_given(entity: str) -> bool:
    """Whether any record of an entity is there."""
    row = query("entities").filter(pl.col("entity") == entity)
    return bool(row.height and row["records"][0])


def decisions() -> list[Decision]:
    """The decisions that stand; people under pseudonyms where the settings ask for them."""
    return shown_decisions(home(), pseudonyms_of(home()))


def stage_titles() -> dict[str, str]:
    """Stage -> its name in the process that is in use."""
    return {row["stage"]: row["title"] for row in query("stage_titles").iter_rows(named=True)}


def kind_name(kind: str | None) -> str:
    """A kind of error or finding by its one name; a kind that a source brought along by its own code."""
    titles = dict(query("kind_titles").iter_rows())
    return _(titles[kind]) if kind in titles else named(kind)


def sql_of(name: str) -> str:
    """The text of a page's query, to be read and run by hand."""
    return _sql()[name]


def sql_text(name: str, filters: Filters | None = None, **params: Any) -> str:
    """A page's query as it ran: with the selection and the parameters written out, so that it runs by hand on the snapshot."""
    return readable(_bound(_sql()[name], tuple(sorted(params.items()))), filters or Filters())


def kpi_sql(name: str, filters: Filters) -> str:
    """A KPI's query with the selection written out, so that it runs by hand on the snapshot."""
    kpi = find(name)
    return readable(kpi.sql, kpi.asked_of(filters))


@cache
def _sql() -> dict[str, str]:
    packages = ("dashboard.queries", "pipelines.read.status_sql")
    return {file.name: file.sql for package in packages for file in read_package_sql(package)}


@st.cache_resource(max_entries=4)
def _connection(path: str) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(path, read_only=True)


@st.cache_data(max_entries=400, show_spinner=False)
def _query(
    snapshot_id: str, path: str, name: str, filters: Filters, params: tuple[tuple[str, Any], ...]
) -> pl.DataFrame:
    sql, values = with_selection(_bound(_sql()[name], params), filters)
    found: pl.DataFrame = _connection(path).cursor().sql(sql, params=values).pl()
    return found


def _bound(sql: str, params: tuple[tuple[str, Any], ...]) -> str:
    """Named parameters as literals: positional ones belong to the filters."""
    for key, value in params:
        sql = sql.replace(f"${key}", literal(value))
    return sql


@st.cache_data(max_entries=200, show_spinner=False)
def _kpis(snapshot_id: str, path: str, names: tuple[str, ...], filters: Filters, by: str | None) -> list[KpiValue]:
    return evaluate(_connection(path).cursor(), names, filters, by)


@st.cache_data(max_entries=20, show_spinner=False)
def _export(snapshot_id: str, path: str, what: str, filters: Filters) -> pl.DataFrame:
    return export_frame(_connection(path).cursor(), what, filters)
