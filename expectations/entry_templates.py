"""What a company asks for at entry: the fields that must be filled in, by order type and channel.

    - required: [customer_id, ship_to, order_lines.sku]
    - when: {order_type: ZOR, channel: [EDI, portal]}
      required: [payment_terms, requested_delivery_date]
      optional: [ship_to]

Templates are read from top to bottom: the last one that names a field for such an order decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.config_file import MAP, SOME_TEXTS, LinedList, LinedMap, check_keys, meant, read_yaml, wrong
from pipelines.contract import entities
from pipelines.settings import Home

# In the order of the columns of work.entry_templates; the plural is what a process calls them.
_SORTS = {"order_type": "order_types", "channel": "channels", "order_class": "order_classes", "sales_org": "sales_orgs"}
_WHEN = {word: SOME_TEXTS for pair in _SORTS.items() for word in pair}
_TEMPLATE = {"when": MAP, "required": SOME_TEXTS, "optional": SOME_TEXTS}
_ENTITIES = ("orders", "order_lines")
# Set by the system, or once the order is under way.
_NOT_ENTERED = ("order_id", "line_id", "cancelled_at", "updated_at", "updated_by")


@dataclass(frozen=True, slots=True)
class Demand:
    """One field of one template. Empty tuples: of whatever order type, channel, class, organisation."""

    template_no: int
    line: int
    entity: str
    field: str
    required: bool
    sorts: tuple[tuple[str, ...], ...]


def load_entry_templates(home: Home) -> tuple[Demand, ...]:
    """The demands of `config/entry_templates.yaml`; none without the file.

    Raises ConfigurationError, with file and line, for whatever is wrong in it.
    """
    path = home.config / "entry_templates.yaml"
    raw = (read_yaml(path) if path.exists() else None) or LinedList()
    if not isinstance(raw, LinedList):
        raise wrong("entry templates are a list of `- {when: ..., required: [...]}`", str(path), raw)
    return tuple(demand for number in range(len(raw)) for demand in _demands(raw, number, path))


def write_entry_templates(con: duckdb.DuckDBPyConnection, demands: tuple[Demand, ...]) -> None:
    """The demands as `work.entry_templates`, made anew; texts in small letters, to be compared without regard to case."""
    lists = ", ".join(f"{name} VARCHAR[]" for name in _SORTS.values())
    con.execute(
        "CREATE OR REPLACE TABLE work.entry_templates "
        f"(template_no INTEGER, line INTEGER, entity VARCHAR, field VARCHAR, required BOOLEAN, {lists})"
    )
    for demand in demands:
        values = [demand.template_no, demand.line, demand.entity, demand.field, demand.required]
        con.execute(
            "INSERT INTO work.entry_templates VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", [*values, *map(list, demand.sorts)]
        )


def _demands(raw: LinedList, number: int, path: Path) -> Iterator[Demand]:
    template = raw[number]
    check_keys(template, _TEMPLATE, "an entry template", str(path), raw, number)
    if "required" not in template and "optional" not in template:
        raise wrong("an entry template says which fields are `required` or `optional`", str(path), template)
    sorts = _sorts(template, path)
    for key in ("required", "optional"):
        for name in _texts(template.get(key, [])):
            entity, field = _column(name, key, template, path)
            yield Demand(number, template.line, entity, field, key == "required", sorts)


def _sorts(template: LinedMap, path: Path) -> tuple[tuple[str, ...], ...]:
    when = template.get("when", {})
    check_keys(when, _WHEN, "`when`", str(path), template, "when")
    return tuple(
        tuple(text.strip().lower() for word in pair for text in _texts(when.get(word, []))) for pair in _SORTS.items()
    )


def _column(name: str, key: str, template: LinedMap, path: Path) -> tuple[str, str]:
    """The entity and column that a name means: as `entity.column`, else of orders, else of order lines."""
    known = {entity: [c for c in entities()[entity].by_name if c not in _NOT_ENTERED] for entity in _ENTITIES}
    for entity in _ENTITIES:
        column = name.removeprefix(f"{entity}.")
        if column in known[entity]:
            return entity, column
    names = [*known["orders"], *known["order_lines"]]
    raise wrong(f"{key}: {name!r} is no field that is entered{meant(name, names)}", str(path), template, key)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value if isinstance(value, list) else [value]))
