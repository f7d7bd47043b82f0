"""The generic checks: a line of YAML names an entity, a column and a check, a SQL template finds the records that fail.

The suites that ship are `<entity>.yaml`; a company's own lists say the same about any entity (`expectations/own_rules.py`).
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from expectations.rule import Rule
from pipelines.config_file import parse_yaml
from pipelines.contract import Entity, entities, field_in_words
from pipelines.sqlfiles import SqlFile, read_package_sql

MASTERS = ("customers", "products", "prices", "users")
# Arguments of a check that name columns of its entity.
COLUMN_SHAPES = ("column", "measure", "time", "reference", "columns")
_IDENTITY = ("record_key", "order_key", "order_id", "line_id")
_OF_A_CONDITION = ("observed", "expected", "suggested", "evidence")


def generic_rules() -> list[Rule]:
    """The rules that the suites declare, one for each entity, column and check."""
    return [rule for entity in entities().values() for rule in _suite_rules(entity)]


@cache
def templates() -> dict[str, SqlFile]:
    """Check -> its SQL template. The front matter says what a rule made from it is, and which arguments it takes."""
    return {file.name: file for file in read_package_sql("expectations.templates")}


def generic_rule(entity: Entity, item: dict[str, Any], path: str, line: int = 1) -> Rule:
    """The rule that one line of a suite declares: `check`, its arguments, and what is said otherwise than usual."""
    template = templates()[item["check"]]
    meta = template.meta
    words = _words(entity, item)
    return Rule(
        name=rule_name(entity, item),
        title=item.get("title") or meta["title"].format(**words),
        entity=entity.name,
        kind=item.get("kind", meta["kind"]),
        severity=item.get("severity", meta["severity"]),
        dimension=item.get("dimension", meta["dimension"]),
        line_of_defence=item.get("line_of_defence", meta["line_of_defence"]),
        origin_stage=item.get("origin_stage", "entry" if entity.name in ("orders", "order_lines") else None),
        reach=item.get("reach") or _reach(entity, item, meta),
        needs=tuple(item["needs"]) if "needs" in item else _needs(entity, item),
        sentence=item.get("sentence") or meta["sentence"].format(**words),
        sql=template.sql.format(**words),
        path=path,
        line=line,
        check=item["check"],
        checked=meta.get("checked", "true").format(**words),
        parameters=_parameters(entity, item),
        last=meta.get("last", False),
    )


def rule_name(entity: Entity, item: dict[str, Any]) -> str:
    """What the rule is called: as it says itself, else <entity>_<column>_<check>."""
    parts = (entity.name, item.get("column"), *item.get("columns", ()), item["check"])
    return str(item.get("rule") or "_".join(part for part in parts if part))


def arguments(check: str) -> dict[str, str]:
    """Argument -> shape of what a check takes, needed ones first."""
    meta = templates()[check].meta
    return {**meta.get("takes", {}), **meta.get("may_take", {})}


def _suite_rules(entity: Entity) -> Iterator[Rule]:
    path = files(__package__) / f"{entity.name}.yaml"
    checks = parse_yaml(path.read_text(encoding="utf-8"), str(path))["checks"]
    for item in checks:
        yield generic_rule(entity, item, str(path), item.line)


def _comparable(entity: Entity, after: str, column: str) -> str:
    """SQL of `after` beside `column`: a civil date and a moment are compared as days."""
    kinds = {c.name: c.type for c in entity.columns}
    cell = f't."{after}"'
    return f"work.day_of({cell})" if (kinds.get(column), kinds.get(after)) == ("date", "moment") else cell


def _words(entity: Entity, item: dict[str, Any]) -> dict[str, str]:
    """What a template may name in braces; a brace in a sentence that is filled in later is doubled there."""
    columns = item.get("columns") or [item.get("column") or item.get("field") or entity.key]
    column = columns[0]
    target = entities().get(entity.by_name[column].references or "")
    return {
        "entity": entity.name,
        "entity_label": _label(entity.name).capitalize(),
        "identity": ", ".join(_identity(entity)),
        "column": column,
        "label": field_in_words(column),
        "after": item.get("after", ""),
        "after_day": _comparable(entity, item.get("after", ""), column),
        "after_label": field_in_words(item.get("after", "")),
        "than": item.get("than", ""),
        "than_label": field_in_words(item.get("than", "")),
        "other": item.get("other", ""),
        "other_label": field_in_words(item.get("other", "")),
        "target": target.name if target else "",
        "target_key": target.key if target else "",
        "target_label": _label(target.name) if target else "",
        "where": _closed(item.get("where", "true")),
        **_words_of_columns(columns),
        **_words_of_a_condition(item),
    }


def _identity(entity: Entity) -> list[str]:
    present = {"record_key": True, "order_key": "order_id" in entity.by_name}
    return [f"t.{name}" for name in _IDENTITY if present.get(name, name in entity.by_name)]


def _words_of_columns(columns: list[str]) -> dict[str, str]:
    quoted = [f'"{column}"' for column in columns]
    return {
        "columns_label": " and ".join(field_in_words(column) for column in columns),
        "columns_quoted": ", ".join(quoted),
        "columns_of_t": ", ".join(f"t.{column}" for column in quoted),
        "columns_given": " AND ".join(f"t.{column} IS NOT NULL" for column in quoted),
    }


def _words_of_a_condition(item: dict[str, Any]) -> dict[str, str]:
    field = item.get("field")
    usual = {"observed": f't."{field}"' if field else "NULL"}
    return {
        **{key: _closed(item.get(key, usual.get(key, "NULL"))) for key in _OF_A_CONDITION},
        "name": _label(str(item.get("rule", ""))),
        "field": f"'{field}'" if field else "NULL",
        "fails_when": _closed(item.get("fails_when", "false")),
        "confidence": str(item.get("confidence", 1.0)),
    }


def _label(name: str) -> str:
    return name.replace("_", " ")


def _closed(sql: Any) -> str:
    """An expression that may be put in brackets: a comment at its end must not swallow them."""
    text = str(sql).strip()
    return f"{text}\n" if "--" in text else text


def _reach(entity: Entity, item: dict[str, Any], meta: dict[str, Any]) -> str:
    if entity.name in MASTERS:
        return "table"
    if item["check"] == "reference":
        return "reference" if _words(entity, item)["target"] in MASTERS else "order"
    # What is compared with the present becomes wrong by itself.
    looks_at_now = any("meta.now" in str(item.get(key, "")) for key in ("fails_when", "where"))
    return "clock" if looks_at_now else str(meta["reach"])


def _needs(entity: Entity, item: dict[str, Any]) -> tuple[str, ...]:
    named = [item[key] for key, shape in arguments(item["check"]).items() if shape in COLUMN_SHAPES and key in item]
    columns = [column for value in named for column in (value if isinstance(value, list) else [value])]
    own = [f"{entity.name}.{column}" for column in columns] or [entity.name]
    target = _words(entity, item)["target"] if item["check"] == "reference" else ""
    return (*own, *((target,) if target else ()))


def _parameters(entity: Entity, item: dict[str, Any]) -> dict[str, Any]:
    usual = templates()[item["check"]].meta.get("parameters") or {}
    found = {name: item.get(name, value) for name, value in usual.items()}
    if item["check"] == "allowed":
        found["allowed"] = list(item.get("allowed") or entity.by_name[item["column"]].allowed)
    return found | dict(item.get("parameters") or {})
