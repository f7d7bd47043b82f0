"""The palette: meaning -> colour, for light and dark. No other file names a colour. Figures and contrasts: docs of the look."""

from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours by meaning. `*_text` is for words, the rest for marks."""

    page: str
    panel: str
    border: str
    grid: str
    baseline: str
    incomplete: str
    ink: str
    ink_text: str
    error: str
    error_text: str
    exception: str
    exception_text: str
    waiting: str
    working: str
    target: str
    target_text: str
    neutral: str
    muted: str
    heat: tuple[str, str, str]
    """Ends and middle of the sequential scale of errors, from little to much."""
    heat_exception: tuple[str, str, str]
    """The same of exceptions, which are nobody's error."""


LIGHT = Tokens(
    page="#FFFFFF", panel="#F4F6F8", border="#DCE1E8", grid="#EAEEF2", baseline="#F3F5F8", incomplete="#DFE5EC",
    ink="#2B3D55", ink_text="#17212F", error="#BE371A", error_text="#A82F14", exception="#C47A0A", exception_text="#8A5400",
    waiting="#B274D2", working="#2A6097", target="#1F857A", target_text="#14695F", neutral="#838E9E", muted="#566273",
    heat=("#FDF3F0", "#E08A76", "#7A200C"), heat_exception=("#FDF6E9", "#DDA64A", "#6E4300"),
)  # fmt: skip
DARK = Tokens(
    page="#11161D", panel="#1A212B", border="#303B49", grid="#222B36", baseline="#171D26", incomplete="#2A3441",
    ink="#D3DCE8", ink_text="#E8ECF1", error="#F0705A", error_text="#FF9C88", exception="#F0BA52", exception_text="#F3C673",
    waiting="#E2BCFF", working="#2688D0", target="#45CDB0", target_text="#6FD8C2", neutral="#7F8B9C", muted="#A7B2C1",
    heat=("#1D1A1E", "#8A3F36", "#FF9C88"), heat_exception=("#1D1B18", "#80601F", "#F3C673"),
)  # fmt: skip


def heat(share: float, scale: tuple[str, str, str]) -> str:
    """A colour of a sequential scale for a share between 0 and 1, in one of ten steps."""
    step = min(int(10 * share), 9) / 9
    low, high = scale[:2] if step < 0.5 else scale[1:]  # noqa: PLR2004
    part = 2 * step if step < 0.5 else 2 * step - 1  # noqa: PLR2004
    mixed = [round(a + part * (b - a)) for a, b in zip(_channels(low), _channels(high), strict=True)]
    return "#{:02X}{:02X}{:02X}".format(*mixed)


def readable_on(field: str, colours: Tokens) -> str:
    """Ink or page, whichever stands out more from a field of that colour (WCAG contrast)."""
    return max((colours.ink_text, colours.page), key=lambda text: contrast(text, field))


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two colours."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    linear = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in _channels(colour))]  # noqa: PLR2004
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


FONT = (
    "OrderProof Sans, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang TC', "
    "'Microsoft JhengHei', system-ui, sans-serif"
)


def tokens() -> Tokens:
    """The palette of the theme that the reader uses."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def compact() -> bool:
    """True on a phone, or where the address says so."""
    agent = str(st.context.headers.get("User-Agent", ""))
    return "Mobi" in agent or st.query_params.get("compact") == "1"
