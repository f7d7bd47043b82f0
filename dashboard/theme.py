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


LIGHT = Tokens(
    page="#FFFFFF", panel="#F4F6F8", border="#DCE1E8", grid="#EAEEF2", baseline="#F3F5F8", incomplete="#DFE5EC",
    ink="#2B3D55", ink_text="#17212F", error="#BE371A", error_text="#A82F14", exception="#C47A0A", exception_text="#8A5400",
    waiting="#B274D2", working="#2A6097", target="#1F857A", target_text="#14695F", neutral="#838E9E", muted="#566273",
)  # fmt: skip
DARK = Tokens(
    page="#11161D", panel="#1A212B", border="#303B49", grid="#222B36", baseline="#171D26", incomplete="#2A3441",
    ink="#D3DCE8", ink_text="#E8ECF1", error="#F0705A", error_text="#FF9C88", exception="#F0BA52", exception_text="#F3C673",
    waiting="#E2BCFF", working="#2688D0", target="#45CDB0", target_text="#6FD8C2", neutral="#7F8B9C", muted="#A7B2C1",
)  # fmt: skip
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
