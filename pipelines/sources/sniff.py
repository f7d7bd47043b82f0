"""Finds the encoding and the delimiter of a text file by looking at it."""

import codecs
import csv
import re
from collections.abc import Iterator
from pathlib import Path

from pipelines.errors import ConfigurationError, Place, UnreadableFileError

DELIMITERS = (",", ";", "\t", "|")
_BLOCK = 1 << 22
_SAMPLE_BYTES = 262_144
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# First bytes of files that are no text, whatever their names say.
_KINDS = (
    (b"PK\x03\x04", "a zip or Excel file", "Rename it to .xlsx or .zip"),
    (b"\x1f\x8b", "a gzip file", "Add .gz to its name"),
    (b"PAR1\x15", "a Parquet file", "Rename it to .parquet"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file", "Rename it to .xls"),
    (b"%PDF-", "a PDF file", "Export it as CSV or Excel"),
)
# Share of NUL bytes from which text is of two or four bytes a character; ASCII text has a half or three quarters.
_WIDE = 0.2
# The lead bytes of each encoding's everyday characters and punctuation; what is beyond them is rare in real text.
_EVERYDAY = {"gb18030": ("gb2312", (0xA1, 0xA3), (0xB0, 0xD7)), "big5": ("big5", (0xA1, 0xA3), (0xA4, 0xC6))}
_MOSTLY = 0.7
# Bytes that no Western European text holds: undefined in cp1252, or the rare letters of 0xFE and 0xFF.
_NOT_WESTERN = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D, 0xFE, 0xFF))


def find_encoding(path: Path, given: str | None = None) -> str:
    """The encoding `given`, else by byte order mark, strict UTF-8, the look of Chinese text; cp1252 where nothing fits.

    A few broken bytes do not make UTF-8 text something else. Raises ConfigurationError for an unknown name.
    """
    with path.open("rb") as handle:
        head = handle.read(4)
    marked = next((name for bom, name in _BOMS if head.startswith(bom)), None)
    if given is not None:
        known = _known(given)
        return "utf-8-sig" if (known, marked) == ("utf-8", "utf-8-sig") else known
    if marked:
        return marked
    wide = _wide_encoding(path)
    if wide:
        return wide
    return "utf-8" if decodes(path, "utf-8") else _guess(_telling_lines(path))


def refuse_other_kinds(path: Path, member: str) -> None:
    """UnreadableFileError for a file that begins like one of another kind than text."""
    with path.open("rb") as handle:
        head = handle.read(8)
    for magic, kind, advice in _KINDS:
        if head.startswith(magic):
            raise UnreadableFileError(
                f"the name says text, but this is {kind}.",
                place=Place(member),
                next_step=f"{advice}, then run the same command again.",
            )


def other_kind(path: Path, own: tuple[bytes, ...]) -> tuple[str, str] | None:
    """(what a file is that could not be read as what its name says, what to do); None where it begins as it should: `own`."""
    with path.open("rb") as handle:
        head = handle.read(_BLOCK)
    if not head.strip():
        return "it is empty", "Export it again, or leave it out."
    if head.startswith(own):
        return None
    for magic, kind, advice in _KINDS:
        if head.startswith(magic):
            return f"it is {kind}", f"{advice}, then run the same command again."
    if head.lstrip()[:1] == b"<":
        return "it is a web page", "Open it in Excel and save it as .xlsx."
    if 0 not in head and decodes(path, "utf-8"):
        return "it is text", "Rename it to .csv, then run the same command again."
    return None


def _wide_encoding(path: Path) -> str | None:
    """UTF-16 or UTF-32 without a byte order mark: known by where its NUL bytes stand."""
    with path.open("rb") as handle:
        head = handle.read(4096)
    head = head[: len(head) // 4 * 4]
    if not head or head.count(0) < _WIDE * len(head) or head.count(0) == len(head):
        return None
    empty = [head[start::4].count(0) / (len(head) // 4) for start in range(4)]
    width = 32 if min(empty[2:]) > 1 - _WIDE or min(empty[:2]) > 1 - _WIDE else 16
    order = "le" if empty[1] + empty[3] > empty[0] + empty[2] else "be"
    found = f"utf-{width}-{order}"
    return found if decodes(path, found) else None


def decodes(path: Path, encoding: str) -> bool:
    """Whether every byte of the file is valid in `encoding`. Reads block by block."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with path.open("rb") as handle:
            while block := handle.read(_BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


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


def _known(name: str) -> str:
    try:
        known = codecs.lookup(name).name
    except LookupError:
        raise ConfigurationError(
            f"the encoding {name!r} is not known.",
            next_step="Known are utf-8, utf-16, gb18030, big5, cp1252 and others.",
        ) from None
    return "gb18030" if known in ("gbk", "gb2312") else known


def _telling_lines(path: Path) -> bytes:
    """Lines with bytes beyond ASCII, from anywhere in the file: the first of them may come late."""
    sample = bytearray()
    for line in _long_lines(path):
        if not line.isascii():
            sample += line
        if len(sample) > _SAMPLE_BYTES:
            break
    return bytes(sample)


def _long_lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as handle:
        while line := handle.readline(_SAMPLE_BYTES):
            yield line


def _guess(sample: bytes) -> str:
    if _is_damaged_utf8(sample):
        return "utf-8"
    if _stands_alone(sample):
        return _western(sample)
    likeness, encoding = max((_everyday_share(sample, name), name) for name in _EVERYDAY)
    return encoding if likeness > _MOSTLY else _western(sample)


def _western(sample: bytes) -> str:
    """cp1252, unless there are bytes that it cannot hold either: then UTF-8 whose broken rows are named one by one."""
    return "utf-8" if any(byte in sample for byte in _NOT_WESTERN) else "cp1252"


def _is_damaged_utf8(sample: bytes) -> bool:
    """More valid sequences of several bytes than broken ones: other encodings hold few by chance."""
    genuine = sample.count("\ufffd".encode())
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd") - genuine
    valid = sum(char > "\x7f" for char in text) - broken
    return valid > 2 * broken


def _stands_alone(sample: bytes) -> bool:
    """Most bytes beyond ASCII have none beside them: letters with accents, not the byte pairs of Chinese."""
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", sample)]
    return runs.count(1) * 2 > sum(runs)


def _everyday_share(sample: bytes, encoding: str) -> float:
    """Share of the characters beyond ASCII that are everyday ones when the sample is read in `encoding`."""
    base, *ranges = _EVERYDAY[encoding]
    foreign = [char for char in sample.decode(encoding, "replace") if char > "\x7f"]
    leads = [char.encode(base, "ignore")[:1] for char in foreign]
    everyday = sum(any(low <= lead[0] <= high for low, high in ranges) for lead in leads if lead)
    return everyday / len(foreign) if foreign else 0.0
