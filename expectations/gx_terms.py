"""Great Expectations' own names in a company's lists: which of our checks finds every record that breaks them."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from expectations.rule_shapes import rule_shapes
from pipelines.config_file import LinedMap, meant, wrong


@cache
def terms() -> dict[str, Any]:
    """What `templates/gx_terms.yaml` says."""
    text = (files("expectations.templates") / "gx_terms.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def as_check(item: LinedMap, path: str) -> LinedMap:
    """The line of a list that names an expectation, in our words. ConfigurationError where it has no equal here."""
    name = _known(item, path)
    term = terms()["expectations"][name]
    made = LinedMap({"check": term["check"], **term.get("sets", {})})
    made.line, made.lines = item.line, {"check": item.lines["expectation"]}
    for key, value in item.items():
        if key == "expectation" or (key == "mostly" and value == 1):
            continue
        said = _said(name, key, item, path)
        made[said] = terms()["severities"].get(value, value) if key == "severity" else value
        made.lines[said] = item.lines[key]
    return made


def _known(item: LinedMap, path: str) -> str:
    """The name as Great Expectations writes it today; lists of older versions wrote it_with_underscores."""
    names: dict[str, str] = {_plain(name): name for name in terms()["expectations"]}
    given = str(item["expectation"])
    if _plain(given) in names:
        return names[_plain(given)]
    refused: dict[str, str] = terms()["refused"]
    why = next(why for pattern, why in refused.items() if re.search(pattern, given.replace("_", ""), re.IGNORECASE))
    hint = meant(given, tuple(names.values()), otherwise="")
    raise wrong(f"expectation {given} is not taken: {why}{hint}", path, item, "expectation")


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _said(name: str, key: str, item: LinedMap, path: str) -> str:
    """Our word for an argument of the expectation."""
    if key in terms()["elsewhere"]:
        raise wrong(f"{name}: {terms()['elsewhere'][key]}", path, item, key)
    keys: dict[str, str] = terms()["expectations"][name]["keys"]
    said = {**dict.fromkeys(rule_shapes({})), "where": None, **keys}
    if key not in said:
        raise wrong(f"{name} has no {key!r}{meant(key, tuple(said))}", path, item, key)
    return keys.get(key, key)
