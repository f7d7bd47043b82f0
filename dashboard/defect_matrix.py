"""Where errors come in and where they are noticed: a card whose cells lead to their orders."""

from dataclasses import dataclass
from typing import Any

import polars as pl
import streamlit as st

from dashboard import data, parts
from dashboard.charts.matrix import Cell, Matrix, Place, origin_by_found
from dashboard.costs import unit
from dashboard.theme import Tokens, compact
from dashboard.words import _, count
from pipelines.read.filters import Filters

_KEY = "error_matrix"
_MONITORING = 3
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ChosenCell:
    """The cell that is looked at: its name, and the stages and places that it stands for."""

    name: str
    origins: tuple[str, ...]
    places: tuple[str, ...]


def matrix_card(filters: Filters, colours: Tokens) -> ChosenCell | None:
    """Draw the matrix of errors, of which there are some; the cell that a click or the address chose, None where none did."""
    rows = data.query("error_matrix", filters)
    fold = _Fold(rows)
    matrix = fold.matrix(rows)
    chosen = _chosen(matrix)
    title = _title(matrix, rows)
    parts.chart_card(
        title, _("errors by where they came in (rows) and were noticed (columns) · click a field for its orders"),
        origin_by_found(matrix, colours, chosen, costs=not compact()), rows, _KEY, title, data.sql_text("error_matrix", filters),
        on_select=_picked, selection_mode="points",
    )  # fmt: skip
    return fold.unfolded(matrix, chosen) if chosen else None


def let_go_of_cell() -> None:
    """No cell is chosen any more."""
    st.session_state["cell"] = None


def _title(matrix: Matrix, rows: pl.DataFrame) -> str:
    origin, stage = max(matrix.origins, key=lambda named: matrix.total(named[0]))
    gone = matrix.errors.get((origin, "customer"), 0)
    numbers = {"n": count(matrix.total(origin)), "all": count(rows["errors"].sum()), "gone": count(gone)}
    if origin == _UNKNOWN:
        return _(
            "Of {n} of {all} errors it is unknown where they came in; {gone} of those reached the customer"
        ).format(**numbers)
    return _("{stage} starts {n} of {all} errors; {gone} of those reach the customer").format(stage=stage, **numbers)


def _picked() -> None:
    """A click on a field chooses its cell; a second one lets go of it."""
    points = st.session_state[_KEY].selection.points
    picked = ">".join(points[0]["customdata"]) if points else None
    st.session_state["cell"] = None if picked == st.session_state.get("cell") else picked
    if st.session_state["cell"]:
        st.session_state["part"] = None


def _chosen(matrix: Matrix) -> Cell | None:
    """The cell that is looked at, kept in the address; what the matrix does not hold is let go."""
    asked: str = (st.session_state["cell"] if "cell" in st.session_state else st.query_params.get("cell")) or ""
    origin, _arrow, place = asked.partition(">")
    cell = (origin, place) if matrix.errors.get((origin, place)) else None
    st.session_state["cell"] = asked if cell else None
    if cell:
        st.query_params["cell"] = asked
    elif "cell" in st.query_params:
        del st.query_params["cell"]
    return cell


class _Fold:
    """Which row and which column an error stands in: stages on a desk, lines of defence on a phone.

    What is unknown, and stages that the configured process does not have, share a row and a column of their own.
    """

    def __init__(self, rows: pl.DataFrame) -> None:
        stages = data.query("stages_of_defence")
        self.origins = dict(stages.select("stage", "title").iter_rows())
        numbers = dict(stages.select("stage", "line_of_defence" if compact() else "stage_no").iter_rows())
        self.places = self._lines() if compact() else self._stages(stages, set(rows["found_place"].drop_nulls()))
        self.columns = {
            stage: f"line {line}" if compact() else stage
            for stage, line in stages.select("stage", "line_of_defence").iter_rows()
        } | {"monitoring": f"line {_MONITORING}" if compact() else "monitoring", "customer": "customer"}
        self.rank = numbers
        self.raw = [
            (row["origin_stage"] or _UNKNOWN, row["found_place"] or _UNKNOWN) for row in rows.iter_rows(named=True)
        ]

    def matrix(self, rows: pl.DataFrame) -> Matrix:
        """The errors in their cells. An error cannot be noticed before it came in."""
        errors: dict[Cell, int] = {}
        costs: dict[Cell, float | None] = {}
        for raw, row in zip(self.raw, rows.iter_rows(named=True), strict=True):
            cell = self._cell(raw)
            errors[cell] = errors.get(cell, 0) + row["errors"]
            costs[cell] = costs.get(cell) if row["cost"] is None else (costs.get(cell) or 0) + row["cost"]
        seen = {origin for origin, _place in errors}
        origins = [(stage, title) for stage, title in self.origins.items() if stage in seen]
        places = self.places[:-1] + self._unknown_place(errors) + self.places[-1:]
        if _UNKNOWN in seen:
            origins.append((_UNKNOWN, self._unknown_name({origin for origin, _place in self.raw} - set(self.origins))))
        return Matrix(origins, places, errors, costs, self._possible(origins, places), unit())

    def unfolded(self, matrix: Matrix, cell: Cell) -> ChosenCell:
        """The stages and places, as the errors name them, that a cell stands for."""
        inside = [raw for raw in self.raw if self._cell(raw) == cell]
        origins, places = sorted({origin for origin, _p in inside}), sorted({place for _o, place in inside})
        return ChosenCell(matrix.name(cell), tuple(origins), tuple(places))

    def _cell(self, raw: Cell) -> Cell:
        origin, place = raw
        return origin if origin in self.origins else _UNKNOWN, self.columns.get(place, _UNKNOWN)

    def _possible(self, origins: list[tuple[str, str]], places: list[Place]) -> set[Cell]:
        ranks: dict[str, Any] = {self.columns[stage]: rank for stage, rank in self.rank.items()}
        return {
            (origin, place.code) for origin, _name in origins for place in places
            if origin == _UNKNOWN or place.code not in ranks or ranks[place.code] >= self.rank[origin]
        }  # fmt: skip

    def _unknown_place(self, errors: dict[Cell, int]) -> list[Place]:
        if not any(place == _UNKNOWN for _origin, place in errors):
            return []
        return [Place(_UNKNOWN, self._unknown_name({place for _o, place in self.raw} - set(self.columns)), 0)]

    @staticmethod
    def _unknown_name(outside: set[str]) -> str:
        return _("Other / unknown") if outside - {_UNKNOWN} else _("Unknown")

    @staticmethod
    def _lines() -> list[Place]:
        names = (_("entry"), _("controls"), _("monitor"))
        lines = [Place(f"line {line}", name, line) for line, name in enumerate(names, start=1)]
        return [*lines, Place("customer", _("customer"), 4)]

    @staticmethod
    def _stages(stages: pl.DataFrame, noticed: set[str]) -> list[Place]:
        """Every stage a column; those after shipping only where something was noticed there."""
        of_process = [
            Place(stage, title, line)
            for stage, title, line in stages.select("stage", "title", "line_of_defence").iter_rows()
            if line < _MONITORING or stage in noticed
        ]
        return [*of_process, Place("monitoring", _("Monitor"), _MONITORING), Place("customer", _("Customer"), 4)]


def where(cell: ChosenCell | None) -> dict[str, str]:
    """The cell as parameters of a query."""
    return {
        "origins": "|".join(cell.origins) if cell else "",
        "places": "|".join(cell.places) if cell else "",
    }
