"""The generic checks of each entity, from `<entity>.yaml` and the SQL templates."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from expectations.rule import Rule
from pipelines.contract import Entity, entities
from pipelines.sqlfiles import SqlFile, read_package_sql

MASTERS = ("customers", "products", "prices", "users")
_IDENTITY = ("record_key", "order_key", "order_id", "line_id")


def generic_rules() -> list[Rule]:
    """The rules that the suites declare, one for each entity, column and check."""
    return [rule for entity in entities().values() for rule in _suite_rules(entity)]


@cache
def _templates() -> dict[str, SqlFile]:
    return {file.name: file for file in read_package_sql("expectations.templates")}


def _suite_rules(entity: Entity) -> Iterator[Rule]:
    path = files(__package__) / f"{entity.name}.yaml"
    suite: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for item in suite["checks"]:
        yield _generic_rule(entity, item, str(path))


def _generic_rule(entity: Entity, item: dict[str, Any], path: str) -> Rule:
    template = _templates()[item["check"]]
    meta = template.meta
    words = _words(entity, item)
    return Rule(
        name="_".join(part for part in (entity.name, item.get("column"), item["check"]) if part),
        title=meta["title"].format(**words),
        entity=entity.name,
        kind=item.get("kind", meta["kind"]),
        severity=item.get("severity", meta["severity"]),
        dimension=meta["dimension"],
        line_of_defence=meta["line_of_defence"],
        origin_stage=item.get("origin_stage", "entry" if entity.name in ("orders", "order_lines") else None),
        reach=_reach(entity, item, meta),
        needs=_needs(entity, item),
        sentence=item.get("sentence", meta["sentence"]).format(**words),
        sql=template.sql.format(**words),
        path=path,
        check=item["check"],
        checked=meta.get("checked", "true").format(**words),
        parameters=dict(meta.get("parameters") or {}) | _parameters(entity, item),
    )


def _words(entity: Entity, item: dict[str, Any]) -> dict[str, str]:
    """What a template may name in braces; a brace in a sentence that is filled in later is doubled there."""
    column = item.get("column", entity.key)
    target = entities().get(entity.by_name[column].references or "")
    present = {"record_key": True, "order_key": "order_id" in entity.by_name}
    identity = [f"t.{name}" for name in _IDENTITY if present.get(name, name in entity.by_name)]
    return {
        "entity": entity.name,
        "column": column,
        "label": column.replace("_", " "),
        "identity": ", ".join(identity),
        "after": item.get("after", ""),
        # A civil date and a moment are compared as days.
        "as_day": "::DATE" if entity.by_name[column].type == "date" else "",
        "after_label": item.get("after", "").replace("_", " "),
        "target": target.name if target else "",
        "target_key": target.key if target else "",
        "target_label": target.name.replace("_", " ") if target else "",
        "where": item.get("where", "true"),
    }


def _reach(entity: Entity, item: dict[str, Any], meta: dict[str, Any]) -> str:
    if entity.name in MASTERS:
        return "table"
    if item["check"] == "reference":
        return "reference" if _words(entity, item)["target"] in MASTERS else "order"
    return str(meta["reach"])


def _needs(entity: Entity, item: dict[str, Any]) -> tuple[str, ...]:
    columns = [item[key] for key in ("column", "after") if key in item]
    own = [f"{entity.name}.{column}" for column in columns] or [entity.name]
    target = _words(entity, item)["target"] if item["check"] == "reference" else ""
    return (*own, *((target,) if target else ()))


def _parameters(entity: Entity, item: dict[str, Any]) -> dict[str, Any]:
    names = {"minimum", "maximum", "pattern", "usually", "strictly"} & set(item)
    found = {name: item[name] for name in sorted(names)}
    if item["check"] == "allowed":
        found["allowed"] = list(item.get("allowed") or entity.by_name[item["column"]].allowed)
    return found
