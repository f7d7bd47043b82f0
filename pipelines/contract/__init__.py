"""The canonical entities: one definition each, in `entities/*.yaml`.

Staging, templates, type checks and the docs are all made from what `entities()` returns.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

# Contract type -> DuckDB type. Moments are UTC without a zone mark; civil dates stay dates.
SQL_TYPES: dict[str, str] = {
    "text": "VARCHAR",
    "moment": "TIMESTAMP",
    "date": "DATE",
    "amount": "DECIMAL(18,4)",
    "quantity": "DECIMAL(18,4)",
    "price": "DECIMAL(18,6)",
    "ratio": "DOUBLE",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
}

# What every table of `core` and `history` has beside the contract's columns: identity, lineage, times. See ARCHITECTURE.md.
SYSTEM_COLUMNS: tuple[tuple[str, str], ...] = (
    ("record_key", "VARCHAR"),
    ("order_key", "VARCHAR"),
    ("line_key", "VARCHAR"),
    ("_system", "VARCHAR"),
    ("_source", "VARCHAR"),
    ("_file_no", "BIGINT"),
    ("_line", "BIGINT"),
    ("_valid_at", "TIMESTAMP"),
    ("_recorded_at", "TIMESTAMP"),
    ("_derived", "BOOLEAN"),
)

# The order in which entities are built and shown: the order itself, what happened to it, its documents, the masters.
ENTITY_NAMES: tuple[str, ...] = (
    "orders",
    "order_lines",
    "schedule_lines",
    "order_changes",
    "user_actions",
    "exceptions",
    "order_errors",
    "deliveries",
    "invoices",
    "customers",
    "products",
    "prices",
    "users",
    "order_links",
    "records",
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an entity. `type` is a key of `SQL_TYPES`; `references` names the entity its value points at."""

    name: str
    type: str
    meaning: str
    required: bool = False
    allowed: tuple[str, ...] = ()
    references: str | None = None
    example: str | None = None
    usual: tuple[str, ...] = ()
    """Names that lists of other systems give it. They are told as hints; a profile decides."""
    person: bool = False
    """Whether its values name people: pseudonyms stand in their place where the settings ask for them."""
    free_text: bool = False
    """Whether people write into it what they like, names of other people too."""
    label: str = ""
    """What a clerk calls it, where that is not its name with blanks."""

    @property
    def sql_type(self) -> str:
        """The DuckDB type of the column."""
        return SQL_TYPES[self.type]


@dataclass(frozen=True, slots=True)
class Entity:
    """A canonical entity: its key column, its meaning and its columns in file order."""

    name: str
    key: str
    meaning: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError if there is none."""
        return self.by_name[name]

    @property
    def by_name(self) -> dict[str, Column]:
        """Columns by name."""
        return {column.name: column for column in self.columns}

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns in file order."""
        return tuple(column.name for column in self.columns)

    @property
    def key_is_optional(self) -> bool:
        """True where a source without a key of its own is accepted; the key is then made from the content."""
        return not self.column(self.key).required


def record_columns(entity: Entity) -> list[tuple[str, str]]:
    """(name, SQL type) of every column of a core table: the contract's, then identity and lineage."""
    return [(c.name, c.sql_type) for c in entity.columns] + list(SYSTEM_COLUMNS)


@cache
def entities() -> dict[str, Entity]:
    """All entities by name, in the order of `ENTITY_NAMES`."""
    return {name: _read(name) for name in ENTITY_NAMES}


@cache
def field_labels() -> dict[str, str]:
    """Field -> what a clerk calls it, of the fields that are not called by their name with blanks."""
    return {column.name: column.label for item in entities().values() for column in item.columns if column.label}


def field_in_words(name: str) -> str:
    """What a clerk calls a field, in a sentence: 'product code' for sku, 'net amount' for net_amount."""
    return field_labels().get(name, name.replace("_", " "))


def entity(name: str) -> Entity:
    """The entity called `name`; KeyError if there is none."""
    return entities()[name]


def _read(name: str) -> Entity:
    text = (files(__package__) / "entities" / f"{name}.yaml").read_text(encoding="utf-8")
    raw = yaml.load(text, yaml.CSafeLoader)
    return Entity(raw["name"], raw["key"], raw["meaning"], tuple(_column(item) for item in raw["columns"]))


def _column(raw: dict[str, Any]) -> Column:
    return Column(**{**raw, "allowed": tuple(raw.get("allowed", ())), "usual": tuple(raw.get("usual", ()))})
