"""The palette: readable words, marks that stand out, colours that stay apart for every kind of colour vision."""

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest

from dashboard.theme import DARK, LIGHT, Tokens

MARKS = ("ink", "error", "exception", "waiting", "working", "target", "neutral")
TEXTS = ("ink_text", "error_text", "exception_text", "target_text", "muted")
CONFIG = Path(__file__).parent.parent / "dashboard" / ".streamlit" / "config.toml"

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
VISION = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def _linear(colour: str) -> np.ndarray:
    value = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((float(_linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _lab(linear: np.ndarray) -> np.ndarray:
    matrix = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    )
    x, y, z = (matrix @ np.clip(linear, 0, 1)) / [0.95047, 1.0, 1.08883]
    f = [v ** (1 / 3) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116 for v in (x, y, z)]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def _ciede2000(one: np.ndarray, other: np.ndarray) -> float:
    """Sharma, Wu and Dalal (2005)."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    c_mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(c_mean**7 / (c_mean**7 + 25**7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a)) % 360 if a or b else 0.0 for a, b in ((a1, b1), (a2, b2)))
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    d_l, d_c, d_h = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    l_m, c_m = (l1 + l2) / 2, (c1 + c2) / 2
    h_m = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    t = (
        1 - 0.17 * np.cos(np.radians(h_m - 30)) + 0.24 * np.cos(np.radians(2 * h_m))
        + 0.32 * np.cos(np.radians(3 * h_m + 6)) - 0.20 * np.cos(np.radians(4 * h_m - 63))
    )  # fmt: skip
    s_l = 1 + 0.015 * (l_m - 50) ** 2 / np.sqrt(20 + (l_m - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c_m, 1 + 0.015 * c_m * t
    r_c = 2 * np.sqrt(c_m**7 / (c_m**7 + 25**7))
    r_t = -r_c * np.sin(np.radians(60 * np.exp(-(((h_m - 275) / 25) ** 2))))
    return float(np.sqrt((d_l / s_l) ** 2 + (d_c / s_c) ** 2 + (d_h / s_h) ** 2 + r_t * d_c / s_c * d_h / s_h))


def test_the_colour_distance_agrees_with_published_pairs() -> None:
    # Sharma's table of test data, pairs 1, 7 and 25.
    assert _ciede2000(np.array([50, 2.6772, -79.7751]), np.array([50, 0, -82.7485])) == pytest.approx(2.0425, abs=1e-4)
    assert _ciede2000(np.array([50, 0, 0]), np.array([50, -1, 2])) == pytest.approx(2.3669, abs=1e-4)
    assert _ciede2000(np.array([60.2574, -34.0099, 36.2677]), np.array([60.4626, -34.1751, 39.4387])) == pytest.approx(
        1.2644, abs=1e-4
    )


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_words_and_marks_stand_out_from_the_page(palette: Tokens) -> None:
    for name in MARKS:
        assert _contrast(getattr(palette, name), palette.page) >= 3, name
    for name in TEXTS:
        assert _contrast(getattr(palette, name), palette.page) >= 4.5, name
        assert _contrast(getattr(palette, name), palette.panel) >= 4.5, name


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("vision", VISION)
def test_no_two_marks_look_alike(palette: Tokens, vision: str) -> None:
    seen = {name: _lab(VISION[vision] @ _linear(getattr(palette, name))) for name in MARKS}
    distances = {(a, b): _ciede2000(seen[a], seen[b]) for a, b in itertools.combinations(MARKS, 2)}
    closest = min(distances, key=lambda pair: distances[pair])
    assert distances[closest] >= 10, (closest, distances[closest])


@pytest.mark.parametrize(("palette", "section"), [(LIGHT, "light"), (DARK, "dark")], ids=["light", "dark"])
def test_pages_and_figures_use_one_palette(palette: Tokens, section: str) -> None:
    theme = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"][section]
    for option, token in {
        "backgroundColor": "page", "secondaryBackgroundColor": "panel", "textColor": "ink_text", "borderColor": "border",
        "redColor": "error", "redTextColor": "error_text", "orangeColor": "exception", "orangeTextColor": "exception_text",
        "violetColor": "waiting", "blueColor": "working", "greenColor": "target", "greenTextColor": "target_text",
        "grayColor": "neutral", "grayTextColor": "muted",
    }.items():  # fmt: skip
        assert theme[option] == getattr(palette, token), option
    for colour in ("red", "orange", "green", "gray"):
        assert _contrast(theme[f"{colour}TextColor"], theme[f"{colour}BackgroundColor"]) >= 4.5, colour


def test_only_the_theme_names_colours() -> None:
    import re

    folder = CONFIG.parent.parent
    named = [
        p.name for p in folder.rglob("*.py") if p.name != "theme.py" and re.search(r"#[0-9A-Fa-f]{6}\b", p.read_text())
    ]
    assert named == []
