"""Lists every visible string: `python -m dashboard.locale.extract` writes `orderproof.pot` anew."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

from pipelines.read.kpi import catalogue

FOLDER = Path(__file__).parent
TEMPLATE = FOLDER / "orderproof.pot"
_MARKS = {"_": 1, "ngettext": 2}


def messages() -> dict[str, tuple[str | None, list[str]]]:
    """Message -> (its plural, the files it stands in), sorted by message."""
    found: dict[str, tuple[str | None, list[str]]] = {}
    for path in sorted(FOLDER.parent.rglob("*.py")):
        for singular, plural in _in_tree(ast.parse(path.read_text(encoding="utf-8"))):
            place = path.relative_to(FOLDER.parent.parent).as_posix()
            known = found.setdefault(singular, (plural, []))[1]
            if place not in known:
                known.append(place)
    for kpi in catalogue():
        for text in (kpi.title, kpi.text):
            found.setdefault(text, (None, [f"pipelines/kpis/{kpi.name}.sql"]))
    return dict(sorted(found.items()))


def template() -> str:
    """The text of the `.pot` file."""
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
    return head + "".join(_entry(*item) for item in messages().items())


def _entry(singular: str, rest: tuple[str | None, list[str]]) -> str:
    plural, places = rest
    lines = [f"#: {place}" for place in places] + [f"msgid {_quoted(singular)}"]
    lines += [f"msgid_plural {_quoted(plural)}", 'msgstr[0] ""', 'msgstr[1] ""'] if plural else ['msgstr ""']
    return "\n" + "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _in_tree(tree: ast.AST) -> Iterator[tuple[str, str | None]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _MARKS:
            texts = [a.value for a in node.args[: _MARKS[node.func.id]] if isinstance(a, ast.Constant)]
            if texts and isinstance(texts[0], str):
                yield texts[0], str(texts[1]) if len(texts) > 1 else None


if __name__ == "__main__":
    TEMPLATE.write_text(template(), encoding="utf-8")
