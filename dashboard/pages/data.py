"""Did every row arrive, and which rules ran?"""

from typing import Any

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.assumption_list import assumptions_card
from dashboard.state import filter_bar
from dashboard.theme import compact
from dashboard.words import _, count, ngettext
from pipelines.contract import entities

_WIDTHS = {
    "title": st.column_config.TextColumn(_("Rule"), width=350),
    "reason": st.column_config.TextColumn(_("Reason"), width=180),
}
_WORDS = 50
"""Unknown words of a status that are listed."""


def render() -> None:
    filter_bar(of_period=False, of_orders=False)
    files = data.times_in_zone(data.query("files"))
    rules = _told(data.query("rules"))
    read = int(files["rows_read"].sum())
    quarantined = int(files["quarantined"].sum())
    sentence = _("All {n} source rows are accounted for").format(n=count(read))
    told = (
        ngettext("{q} is in quarantine", "{q} are in quarantine", quarantined).format(q=count(quarantined))
        if quarantined
        else _("none is in quarantine")
    )
    parts.verdict(f"{sentence}; {told}.", _outcome_words(rules))
    _broken(rules.filter(pl.col("outcome") == "error"))
    _files(files)
    _quarantine(quarantined)
    _source_findings()
    _rules(rules)
    _statuses()
    assumptions_card()


def _told(rules: pl.DataFrame) -> pl.DataFrame:
    """The rules with their outcome as people say it. A rule that had no record to judge has not passed anything."""
    outcome = pl.col("outcome")
    return rules.with_columns(
        pl.when((outcome == "pass") & (pl.col("checked").fill_null(0) == 0)).then(pl.lit("idle")).otherwise(outcome).alias("outcome")
    )  # fmt: skip


def _outcome_words(rules: pl.DataFrame) -> str:
    numbers = data.query("rule_counts").row(0, named=True)
    words = _(
        "Rules that pass: {pass}; that find something: {fail}; without a record to judge: {idle}; "
        "that need data which were not given: {not_applicable}; broken: {error}."
    ).format(**numbers)
    return words + (" " + _("A broken rule is no failed check: its reason stands below.") if numbers["error"] else "")


def _names() -> dict[str, str]:
    """Outcome -> what the table calls it."""
    return {
        "pass": _("passes"), "fail": _("finds something"), "idle": _("nothing to judge"), "not_applicable": _("needs other data"),
        "error": _("broke"),
    }  # fmt: skip


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
        parts.table(_shown(files), "files", _narrow(file=110, rows_read=60, accepted=60, quarantined=60))


def _shown(files: pl.DataFrame) -> pl.DataFrame:
    """The files; the part of an archive only where one is an archive, the counts first where it is narrow."""
    source = pl.col("source")
    files = files.drop("system").with_columns(
        pl.when(source.is_in(list(entities()))).then(source.str.replace_all("_", " ")).otherwise(source)
    )
    if (files["member"].is_null() | (files["member"] == files["file"])).all():
        files = files.drop("member")
    if compact():
        files = files.select("file", "rows_read", "accepted", "quarantined")
    return files


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
    with parts.card(
        _("{n} rules").format(n=count(rules.height)),
        _("broken ones first, then those with most findings; all open findings, whatever is selected"),
    ):
        told = rules.with_columns(
            pl.col("outcome").replace_strict(_names(), default=pl.col("outcome")),
            pl.col("entity").str.replace_all("_", " "),
        )
        parts.table(_filled(told), "rules", _narrow(title=160, outcome=104, failing=54) or _WIDTHS)
        docs = data.home().data_docs / "index.html"
        if docs.exists():
            st.markdown(_("Data Docs of the suites: open `{path}` in a browser.").format(path=docs))


def _filled(rules: pl.DataFrame) -> pl.DataFrame:
    """Without columns that say nothing of any rule; the deciding ones alone where it is narrow."""
    if compact():
        return rules.select("title", "outcome", "failing")
    return parts.filled(rules)


def _narrow(**widths: int) -> dict[str, Any]:
    """Columns of these widths on a phone, so that all of them are seen; as usual on a desk."""
    if not compact():
        return {}
    labels = {"file": _("File"), "rows_read": _("Read"), "accepted": _("Taken"), "quarantined": _("Held"), "title": _("Rule"),
              "outcome": _("Outcome"), "failing": _("Found")}  # fmt: skip
    texts = ("file", "title", "outcome")
    return {
        name: st.column_config.TextColumn(labels[name], width=width) if name in texts
        else st.column_config.NumberColumn(labels[name], width=width, format="localized")
        for name, width in widths.items()
    }  # fmt: skip


def _statuses() -> None:
    rows = data.query("unknown_statuses")
    if rows.is_empty():
        return
    words = ngettext("{n} word of a status is not known", "{n} words of a status are not known", rows.height)
    with parts.card(
        words.format(n=count(rows.height)),
        _("whether these orders are open cannot be told; say in the profile what the words mean"),
    ):
        for row in rows.head(_WORDS).iter_rows(named=True):
            orders = ngettext("{n} order", "{n} orders", row["orders"]).format(n=count(row["orders"]))
            st.markdown(f"- **{row['word']}**: {orders}, {row['system']}")
        st.code(
            f"status: {{column: Status, codes: {{{rows['word'][0]}: open}}}}   # open, done, cancelled", language="yaml"
        )


render()
