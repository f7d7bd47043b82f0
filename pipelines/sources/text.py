"""Text with bytes that do not belong: they are marked while decoding, so that a row can be refused with its raw bytes shown."""

import codecs
import re
from pathlib import Path
from typing import TextIO

# Lone surrogates cannot occur in decoded text; DC00 + byte keeps the byte that could not be decoded.
_MARK_BASE = 0xDC00
_MARKS = re.compile("[\udc00-\udcff]")
_MARKING = "orderproof-mark"


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(_MARK_BASE + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(_MARKING, _mark)


def open_text(path: Path, encoding: str) -> TextIO:
    """The file as text, line ends unchanged. Bytes that are not valid in `encoding` come as marks, never as an error."""
    return path.open(encoding=encoding, errors=_MARKING, newline="")


def fault(text: str, encoding: str) -> tuple[str, str] | None:
    """(reason code, words) of what keeps a piece of text from being stored; None for sound text."""
    if "\0" in text:
        return "nul_byte", "a NUL byte"
    if not text.isascii() and _MARKS.search(text):
        return "undecodable", f"bytes that are not {encoding}"
    return None


def visible(text: str) -> str:
    """The text with NUL and undecodable bytes written as `\\x00`: nothing of the source is lost."""
    shown = _MARKS.sub(lambda match: f"\\x{ord(match[0]) - _MARK_BASE:02x}", text).replace("\0", "\\x00")
    return shown.encode("utf-8", "backslashreplace").decode("utf-8")
