"""Did every row arrive, and which rules ran?"""

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.state import filter_bar
from dashboard.words import _, count, ngettext


def render() -> None:
    filter_bar()
    files = data.query("files")
    rules = data.query("rules")
    read = int(files["rows_read"].sum())
    quarantined = int(files["quarantined"].sum())
    broken = rules.filter(pl.col("outcome") == "error").height
    sentence = _("All {n} source rows are accounted for").format(n=count(read))
    told = (
        ngettext("{q} is in quarantine", "{q} are in quarantine", quarantined).format(q=count(quarantined))
        if quarantined
        else _("none is in quarantine")
    )
    outcomes = {
        name: rules.filter(pl.col("outcome") == name).height for name in ("pass", "fail", "not_applicable", "error")
    }
    parts.verdict(
        f"{sentence}; {told}.",
        _(
            "{pass} rules pass, {fail} find defects, {not_applicable} need data that were not given, {error} broke."
        ).format(**outcomes)
        + (" " + _("A broken rule is no failed check: its reason stands below.") if broken else ""),
    )
    _broken(rules.filter(pl.col("outcome") == "error"))
    _files(files)
    _quarantine(quarantined)
    _source_findings()
    _rules(rules)
    _assumptions()


def _broken(rules: pl.DataFrame) -> None:
    if rules.is_empty():
        return
    with parts.card(
        ngettext("{n} rule broke", "{n} rules broke", rules.height).format(n=count(rules.height)),
        _("the others ran; what a broken rule found before stays as it was"),
    ):
        for row in rules.iter_rows(named=True):
            st.markdown(f"- **{row['title']}** (`{row['rule']}`): {row['reason']}")


def _files(files: pl.DataFrame) -> None:
    with parts.card(
        ngettext(
            "{n} file, every row with one disposition", "{n} files, every row with one disposition", files.height
        ).format(n=count(files.height)),
        _("rows read = accepted + quarantined + duplicate + superseded + ignored"),
    ):
        parts.table(files, "files")


def _quarantine(quarantined: int) -> None:
    if not quarantined:
        return
    rows = data.query("quarantine")
    with parts.card(
        ngettext("{n} row is in quarantine", "{n} rows are in quarantine", quarantined).format(n=count(quarantined)),
        _("they could not be attached to a record; mend them at the source and load the file again"),
    ):
        parts.table(rows, "quarantine")


def _source_findings() -> None:
    rows = data.query("source_findings")
    if rows.is_empty():
        return
    with parts.card(
        ngettext("{n} finding about the source itself", "{n} findings about the source itself", rows.height).format(
            n=count(rows.height)
        ),
        _("rules that fail on more than half of the records; they are left out of the rates"),
    ):
        for row in rows.iter_rows(named=True):
            st.markdown(f"- {row['title']}: {count(row['failing'])} {_('of')} {count(row['checked'])}")


def _rules(rules: pl.DataFrame) -> None:
    with parts.card(_("{n} rules").format(n=rules.height), _("broken ones first, then those with most findings")):
        parts.table(rules, "rules")
        docs = data.home().data_docs / "index.html"
        if docs.exists():
            st.markdown(_("Data Docs of the suites: open `{path}` in a browser.").format(path=docs))


def _assumptions() -> None:
    rows = data.query("assumptions")
    with parts.card(_("What was assumed, repaired or not used"), _("nothing is guessed in silence")):
        if rows.is_empty():
            st.markdown(_("Nothing had to be assumed."))
        else:
            parts.table(rows, "assumptions")


render()
