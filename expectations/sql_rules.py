"""A rule as a file of its own: the query, and what the rule is in the YAML block above it."""

from typing import Any

from expectations.contract_tables import contract_tables
from expectations.parameters import filled, unset
from expectations.rule import NAME_OF_A_RULE, Premise, Rule, Unknowns
from expectations.rule_shapes import Kinds, check_words, needs_of, rule_shapes
from pipelines.config_file import ANY, MAP, TEXT, Shape, check_keys, is_scalar, wrong
from pipelines.sqlfiles import SqlFile

REQUIRED = ("title", "entity", "kind", "severity", "dimension", "line_of_defence", "reach", "sentence")
_YES_OR_NO = Shape("true or false", lambda v: isinstance(v, bool))
_CONDITION = Shape("a condition in SQL", lambda v: is_scalar(v) or isinstance(v, bool))
# What is said in two parts.
_PARTS = {"applies": ("when", "otherwise"), "cannot_tell": ("count", "because")}


def sql_rule(file: SqlFile, kinds: Kinds, own: bool = False) -> Rule:
    """The rule of a file. ConfigurationError, with its line, where the front matter is wrong.

    The query itself is not tried: what it reads may be made by a run only.
    """
    _check(file, kinds)
    rule = _rule(file, own)
    if own:
        _try_population(rule, file)
    return rule


def _rule(file: SqlFile, own: bool) -> Rule:
    meta = file.meta
    return Rule(
        name=str(meta.get("rule", file.name)),
        title=meta["title"],
        entity=meta["entity"],
        kind=meta["kind"],
        severity=meta["severity"],
        dimension=meta["dimension"],
        line_of_defence=meta["line_of_defence"],
        origin_stage=meta.get("origin_stage"),
        reach=meta["reach"],
        needs=needs_of(meta),
        sentence=meta["sentence"],
        sql=file.sql,
        path=file.path,
        line=file.line,
        own=own,
        checked=_sql(meta.get("checked", True)),
        parameters=dict(meta.get("parameters") or {}),
        applies=Premise(**meta["applies"]) if "applies" in meta else None,
        last=meta.get("last", False),
        cannot_tell=Unknowns(**meta["cannot_tell"]) if "cannot_tell" in meta else None,
    )


def _check(file: SqlFile, kinds: Kinds) -> None:
    if not file.meta:
        raise wrong("a rule begins with what it is, as YAML between `/* ---` and `--- */`", file.path)
    for key in REQUIRED:
        if key not in file.meta:
            raise wrong(f"the front matter of a rule must say `{key}`", file.path)
    if not NAME_OF_A_RULE.fullmatch(file.name) and "rule" not in file.meta:
        raise wrong(f"a rule's file is named in small letters, digits and underscores, not {file.name!r}", file.path)
    shapes = rule_shapes(kinds) | {
        "parameters": MAP,
        "checked": _CONDITION,
        "last": _YES_OR_NO,
        **dict.fromkeys(_PARTS, ANY),
    }
    check_keys(file.meta, shapes, "the front matter of a rule", file.path)
    for key, parts in _PARTS.items():
        _check_parts(file, key, parts)
    check_words(file.meta, file.path)
    if not file.sql:
        raise wrong("the rule has no query", file.path)


def _try_population(rule: Rule, file: SqlFile) -> None:
    """A population that cannot be counted would leave the rule's rate without its denominator."""
    if "checked" not in file.meta or unset(rule.checked, rule.parameters):
        return
    told = contract_tables().wrong_condition(rule.entity, filled(rule.checked, rule.parameters))
    if told:
        raise wrong(f"checked of {rule.name} cannot be run: {told}", file.path, file.meta, "checked")


def _check_parts(file: SqlFile, key: str, parts: tuple[str, ...]) -> None:
    given = file.meta.get(key, dict.fromkeys(parts, "not said"))
    if not isinstance(given, dict) or set(given) != set(parts) or not all(map(TEXT.fits, given.values())):
        raise wrong(f"`{key}` must say `{'` and `'.join(parts)}`, each a text", file.path, file.meta, key)


def _sql(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
