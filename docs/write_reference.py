"""Writes docs/reference/*.md from the definitions themselves: entities, KPIs, rules, settings, commands.

    uv run python docs/write_reference.py

A test compares the files with what this would write, so that nothing is left undocumented.
"""

import argparse
import ast
import inspect
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from expectations.catalogue import kinds, load_rules
from expectations.gx_terms import terms
from expectations.own_rules import checks
from expectations.suites import templates
from pipelines.arguments import build_parser
from pipelines.contract import entities
from pipelines.contract.statuses import status_words
from pipelines.read.kpi import catalogue
from pipelines.settings import Home, Settings

FOLDER = Path(__file__).resolve().parent / "reference"


def pages() -> dict[str, str]:
    """File name -> text of every reference page."""
    return {
        "commands.md": "\n".join(_commands()) + "\n",
        "entities.md": "\n".join(_entities()) + "\n",
        "kpis.md": "\n".join(_kpis()) + "\n",
        "rules.md": "\n".join(_rules()) + "\n",
        "settings.md": "\n".join(_settings()) + "\n",
        "statuses.md": "\n".join(_statuses()) + "\n",
    }


def _commands() -> Iterator[str]:
    yield "# Commands\n"
    yield from _commands_of(build_parser())


def _commands_of(parser: argparse.ArgumentParser, before: str = "") -> Iterator[str]:
    """The commands of a parser, and theirs; `before` is what they are called under."""
    for action in parser._actions:  # argparse offers no public way to its sub-parsers
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help for choice in action._choices_actions}
            for name, command in action.choices.items():
                yield from _command(f"{before}{name}", helps[name] or "", command)


def _command(name: str, text: str, command: argparse.ArgumentParser) -> Iterator[str]:
    yield f"## orderproof {name}\n\n{text[:1].upper()}{text[1:]}.\n"
    rows = [
        (
            " ".join(f"`{option}`" for option in action.option_strings) or f"`{action.metavar or action.dest}`",
            action.help,
        )
        for action in command._actions
        if action.dest != "help" and not isinstance(action, argparse._SubParsersAction)
    ]
    if rows:
        yield from _table(("argument", "meaning"), ((names, text or "") for names, text in rows))
        yield ""
    yield from _commands_of(command, f"{name} ")


def _statuses() -> Iterator[str]:
    yield (
        "# Status words\n\nWithout an event log the word of an order's status tells whether the order is open. Case does not count. A "
        "word that is not here is unknown, and `orderproof status` and the page Data list it: map it in the profile,\n\n"
        "```yaml\nstatus: {column: Status, codes: {in Klärung: open, raus: done}}\n```\n"
    )
    rows = (
        (meaning, language, ", ".join(words))
        for meaning, by in status_words().items()
        for language, words in by.items()
    )
    yield from _table(("means", "language", "words"), rows)


def _entities() -> Iterator[str]:
    yield "# Entities\n\nKeys are text. Moments are UTC, civil dates stay dates. **Bold** columns are required.\n"
    for entity in entities().values():
        yield f"## {entity.name}\n\n{entity.meaning} Key: `{entity.key}`.\n"
        rows = (
            (f"**{c.name}**" if c.required else c.name, c.type, c.meaning, f"`{c.example}`" if c.example else "")
            for c in entity.columns
        )
        yield from _table(("column", "type", "meaning", "example"), rows)
        yield ""


def _kpis() -> Iterator[str]:
    yield "# KPIs\n\nEach is one file in `pipelines/kpis/`; page, export, report and command read it there.\n"
    for kpi in catalogue():
        yield f"## {kpi.title} (`{kpi.name}`)\n\n{kpi.text}\n"
        yield f"- Formula: {kpi.formula}\n- Unit: {kpi.unit}; good direction: {kpi.good}"
        yield f"- Population: {kpi.population}"
        yield f"- Needs: {', '.join(kpi.needs) or 'nothing beyond the orders'}\n"


def _rules() -> Iterator[str]:
    yield (
        "# Rules\n\nSwitch one off, or change its severity or parameters, in the home folder's `config/rules.yaml`; "
        "[your own](../rules.md) go into `config/rules/`.\n"
    )
    rows = (
        (f"`{r.name}`", r.title, r.kind, r.severity, str(r.line_of_defence), r.reach, r.sentence.replace("|", "/"))
        for r in load_rules(Home(Path("no-home")))
    )
    yield from _table(("rule", "title", "kind", "severity", "line of defence", "reach", "sentence"), rows)
    yield "\n## Checks\n\nWhat a line of `config/rules/*.yaml` may check. Arguments in brackets may be left out.\n"
    yield from _table(("check", "asks that", "arguments", "kind", "severity"), map(_check, checks()))
    yield "\n## Great Expectations' names\n\nEach becomes the check beside it; `where` is taken as well.\n"
    names = ((f"`{name}`", f"`{term['check']}`", _translated(term)) for name, term in terms()["expectations"].items())
    yield from _table(("expectation", "check", "arguments"), names)
    yield "\n## Kinds of error\n"
    yield from _table(("kind", "title"), ((f"`{name}`", kind["title"]) for name, kind in kinds().items()))


def _check(name: str) -> tuple[str, ...]:
    meta = templates()[name].meta
    needed = (f"`{key}`" for key in meta["takes"])
    optional = (f"[`{key}`]" for key in meta.get("may_take", ()))
    asked = meta["title"].removeprefix("{entity}: ").format_map(_Words())
    return f"`{name}`", asked, " ".join((*needed, *optional)), meta["kind"], meta["severity"]


class _Words(dict[str, str]):
    """The words of a template, each by the name of the argument that it stands for."""

    def __missing__(self, key: str) -> str:
        return f"`{key.removesuffix('_label').replace('label', 'column')}`"


def _translated(term: dict[str, Any]) -> str:
    return ", ".join(f"`{theirs}`" + (f" ({ours})" if ours != theirs else "") for theirs, ours in term["keys"].items())


def _settings() -> Iterator[str]:
    yield "# Settings\n\n`config/settings.yaml` in the home folder; every key has a default.\n"
    texts = _field_texts()
    yield from _table(
        ("setting", "default", "meaning"), ((f"`{f.name}`", f"`{f.default}`", texts[f.name]) for f in fields(Settings))
    )


def _field_texts() -> dict[str, str]:
    """The string below each field of Settings."""
    body = ast.parse(inspect.getsource(Settings)).body[0]
    assert isinstance(body, ast.ClassDef)
    texts: dict[str, str] = {}
    for field, text in zip(body.body, body.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            texts[ast.unparse(field.target)] = str(text.value.value)
    return texts


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
