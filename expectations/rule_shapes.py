"""What a rule says about itself, in the front matter of its SQL or in a line of YAML: the shape of each key."""

from collections.abc import Mapping
from typing import Any

from expectations.rule import (
    DIMENSIONS,
    LINES_OF_DEFENCE,
    NAME_OF_A_RULE,
    REACHES,
    SEVERITIES,
    WORDS_OF_A_SENTENCE,
    unknown_word,
)
from pipelines.config_file import NAME, TEXT, TEXTS, Shape, meant, one_of, wrong
from pipelines.contract import entities

# Kind of error -> its title and the field and entity that it is about.
Kinds = Mapping[str, Mapping[str, str]]

RULE_NAME = Shape(
    "a name in small letters, digits and underscores", lambda v: NAME_OF_A_RULE.fullmatch(str(v)) is not None
)
_LINE = Shape(
    f"one of {', '.join(map(str, LINES_OF_DEFENCE))}", lambda v: v in LINES_OF_DEFENCE and not isinstance(v, bool)
)


def rule_shapes(kinds: Kinds) -> dict[str, Shape]:
    """Key -> shape of everything that a rule may say about itself."""
    return {
        "rule": RULE_NAME,
        "title": TEXT,
        "entity": one_of(*entities()),
        "kind": Shape("a kind that `orderproof rules` shows or that `kinds` adds", lambda v: v in kinds, tuple(kinds)),
        "severity": one_of(*SEVERITIES),
        "dimension": one_of(*DIMENSIONS),
        "line_of_defence": _LINE,
        "origin_stage": NAME,
        "reach": one_of(*REACHES),
        "needs": TEXTS,
        "sentence": TEXT,
    }


def check_words(meta: dict[str, Any], path: str) -> None:
    """Refuse a need that the contract does not know, and a word in braces that no finding can fill in."""
    for need in needs_of(meta):
        _check_need(need, meta, path)
    word = unknown_word(meta.get("sentence", ""))
    if word is not None:
        hint = meant(word, WORDS_OF_A_SENTENCE)
        raise wrong(f"the sentence has no {{{word}}} to fill in{hint}", path, meta, "sentence")


def needs_of(meta: dict[str, Any]) -> tuple[str, ...]:
    """What `needs` lists: one text or several, none where it is left out."""
    needs = meta.get("needs") or ()
    return tuple(map(str, needs)) if isinstance(needs, list | tuple) else (str(needs),)


def _check_need(need: str, meta: dict[str, Any], path: str) -> None:
    entity, _, column = need.partition(".")
    if entity not in entities():
        raise wrong(f"needs: {entity!r} is no entity{meant(entity, tuple(entities()))}", path, meta, "needs")
    columns = entities()[entity].column_names
    if column and column not in columns:
        raise wrong(f"needs: {entity} has no column {column!r}{meant(column, columns)}", path, meta, "needs")
