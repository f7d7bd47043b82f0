"""Finds the encoding and the delimiter of a text file by looking at it."""

import codecs
import csv
from pathlib import Path

from charset_normalizer import from_bytes

SAMPLE_BYTES = 262_144
DELIMITERS = (",", ";", "\t", "|")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Tried where the bytes are not UTF-8. gb18030 contains gbk; latin text in cp1252 decodes as almost anything, so it is last.
_CHINESE = {
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "hz": "gb18030",
    "big5": "big5",
    "big5hkscs": "big5",
}


def find_encoding(path: Path) -> str:
    """BOM first, then strict UTF-8 over the whole file, then statistics over a sample. Falls back to cp1252."""
    with path.open("rb") as handle:
        head = handle.read(SAMPLE_BYTES)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    if _mostly_utf8(path):
        return "utf-8"
    return _guess(head)


def find_delimiter(lines: list[str]) -> str:
    """The delimiter that cuts most of the lines into the same number (above one) of fields; a comma where none does."""
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        if not widths or widths[0] < 2:  # noqa: PLR2004 - one field means that it is not the delimiter
            continue
        score = (sum(width == widths[0] for width in widths) / len(widths), widths[0])
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _mostly_utf8(path: Path) -> bool:
    """True for UTF-8, also with a few broken bytes: one bad byte in a large file does not make it another encoding."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    broken = multibyte = 0
    with path.open("rb") as handle:
        while block := handle.read(1 << 20):
            text = decoder.decode(block)
            broken += text.count("\ufffd")
            multibyte += sum(1 for char in text if char > "\x7f") if not text.isascii() else 0
    return broken == 0 or broken * 20 < multibyte


def _guess(head: bytes) -> str:
    best = from_bytes(head, cp_isolation=["gb18030", "big5", "big5hkscs", "gbk", "gb2312", "cp1252"]).best()
    name = best.encoding if best else ""
    return _CHINESE.get(name, "cp1252")
