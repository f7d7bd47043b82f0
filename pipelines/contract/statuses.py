"""What the words of a status mean: one table (`statuses.yaml`) for facts, docs and templates."""

from functools import cache
from importlib.resources import files

import yaml

MEANINGS = ("open", "done", "cancelled")


@cache
def status_words() -> dict[str, dict[str, list[str]]]:
    """Meaning (open, done, cancelled) -> language -> words in small letters."""
    text = (files(__package__) / "statuses.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, list[str]]] = yaml.safe_load(text)
    return found


def status_macro() -> str:
    """SQL that makes `meta.status_means(status)`: open, done or cancelled; null for a word that nobody knows."""
    cases = " ".join(f"WHEN {_plain()} IN ({_listed(meaning)}) THEN '{meaning}'" for meaning in MEANINGS)
    return f"CREATE OR REPLACE MACRO meta.status_means(status) AS CASE {cases} END"


def _plain() -> str:
    return "lower(trim(status, ' \t\u00a0\u3000'))"


def _listed(meaning: str) -> str:
    words = dict.fromkeys(word for of_language in status_words()[meaning].values() for word in of_language)
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)
