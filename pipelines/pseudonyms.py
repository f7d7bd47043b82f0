"""Pseudonyms for people: stable over runs, pages and exports, and not to be guessed without the home folder's key.

A name is known by its keyed hash (HMAC-SHA256, RFC 2104) alone: neither the key file nor a snapshot holds a name in the clear, and
hashing a list of the staff tells nothing without the key. Who was given a pseudonym keeps it, and nobody else is given it.
"""

import fcntl
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

from pipelines.decisions import Decision, read_all
from pipelines.errors import ConfigurationError, Place
from pipelines.settings import Home
from pipelines.warehouse import write_atomically

_SHORTEST = 4
"""Hexadecimal digits of a pseudonym; where that one is taken, one digit more."""
_HAN = r"\u3400-\u9fff"
_WORD = re.compile(rf"[{_HAN}]|(?:[^\W{_HAN}]|[@.\-])*[^\W{_HAN}]")
"""A word, or one Chinese character: Chinese is written without gaps."""
_MOST_WORDS = 4
"""Words of a name that is looked for in free text."""
_A_NAME = re.compile(rf"(?=.*[^\W\d])(?:.{{3,}}|[{_HAN}]{{2}})", re.DOTALL)
"""What may be a name in free text: three characters with a letter among them, or two Chinese ones."""
_OF_THE_CUSTOMER = re.compile(r"customer|client|kunde|cliente|客户|客戶", re.IGNORECASE)


class _Kept(TypedDict):
    """What the file holds: the key, and digest of a name -> pseudonym."""

    key: str
    given: dict[str, str]


class Pseudonyms:
    """The pseudonyms of one home folder. `of` and `of_all` give new people one and write it down at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._held() as found:
            self._key = bytes.fromhex(found["key"])
            self._given = found["given"]

    @property
    def fingerprint(self) -> str:
        """Tells one key from another without telling the key."""
        return self._digest("\0fingerprint")[:16]

    def of(self, name: str | None) -> str | None:
        """The pseudonym of one person; unknown stays unknown."""
        return None if name is None else self.of_all([name])[name]

    def of_all(self, names: Iterable[str]) -> dict[str, str]:
        """Name -> pseudonym; an empty name stays empty."""
        digests = {name: self._digest(name) if name.strip() else "" for name in names}
        new = {digest for digest in digests.values() if digest and digest not in self._given}
        if new:
            self._give(sorted(new))
        return {name: self._given[digest] if digest else name for name, digest in digests.items()}

    def asked_by(self, name: str) -> str:
        """Who asked for a change: "the customer" names nobody and stays, as that word alone."""
        word = _OF_THE_CUSTOMER.search(name)
        return word.group().lower() if word else str(self.of(name))

    def hidden_in(self, text: str) -> str:
        """A text with everybody in it who is known to this home under their pseudonym. Names of up to four words are found."""
        words = list(_WORD.finditer(text))
        made, end, number = "", 0, 0
        while number < len(words):
            length = next((n for n in range(_MOST_WORDS, 0, -1) if self._known(text, words, number, n)), 0)
            if length:
                start, stop = words[number].start(), words[number + length - 1].end()
                made, end = made + text[end:start] + self._given[self._digest(text[start:stop])], stop
            number += max(length, 1)
        return made + text[end:]

    def _known(self, text: str, words: list[re.Match[str]], number: int, length: int) -> bool:
        if number + length > len(words):
            return False
        part = text[words[number].start() : words[number + length - 1].end()]
        return bool(_A_NAME.fullmatch(part)) and self._digest(part) in self._given

    def _digest(self, name: str) -> str:
        return hmac.new(self._key, name.strip().encode(), hashlib.sha256).hexdigest()

    def _give(self, digests: list[str]) -> None:
        """Under the lock and after another look: a run and a page may give at the same time."""
        with self._held() as found:
            self._given = found["given"]
            taken = set(self._given.values())
            for digest in digests:
                if digest not in self._given:
                    self._given[digest] = next(name for name in _candidates(digest) if name not in taken)
                    taken.add(self._given[digest])
            self._write(found)

    @contextmanager
    def _held(self) -> Iterator[_Kept]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._path.exists():
                self._write({"key": secrets.token_hex(32), "given": {}})
            yield self._read()

    def _read(self) -> _Kept:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
            bytes.fromhex(found["key"])
            return _Kept(key=found["key"], given=dict(found["given"]))
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigurationError(
                f"the key of the pseudonyms cannot be read: {error}",
                place=Place(str(self._path)),
                next_step="Bring the file back from a backup; without it everybody gets another pseudonym.",
            ) from error

    def _write(self, content: _Kept) -> None:
        write_atomically(self._path, json.dumps(content, indent=0))
        self._path.chmod(0o600)


def pseudonyms_of(home: Home) -> Pseudonyms | None:
    """The pseudonyms of a home folder; None where its settings show names."""
    return Pseudonyms(home.pseudonyms) if home.settings.pseudonyms else None


def shown_decisions(home: Home, names: Pseudonyms | None) -> list[Decision]:
    """The decisions that stand (`read_all`), with who decided, and whoever is named in a note, under pseudonyms where `names` has them."""
    decided = read_all(home)
    if names is None:
        return decided
    by = names.of_all({one.by for one in decided if one.by})
    return [
        replace(one, by=by[one.by] if one.by else None, note=names.hidden_in(one.note) if one.note else None)
        for one in decided
    ]


def _candidates(digest: str) -> Iterator[str]:
    return (f"User {digest[:length].upper()}" for length in range(_SHORTEST, len(digest) + 1))
