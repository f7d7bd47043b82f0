"""Where models are kept: one folder a model in the home folder, with the model and the card of how it was measured."""

import json
import shutil
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipelines.settings import Home

MODEL_FILE = "model.skops"
CARD_FILE = "card.json"
FEWEST_WRONG = 200
"""Below a few hundred confirmed errors an unsupervised detector ranks better than a plain classifier."""

# Types beyond skops' own list that our models are made of; anything else in a file is refused.
TRUSTED = (
    "numpy.dtype",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.model_selection._split.StratifiedKFold",
    "sklearn.tree._tree.Tree",
)


@dataclass(frozen=True, slots=True)
class SavedModel:
    """A model as scored with: `parts` are classifier (or None), novelty, reference; `card` says how it was measured."""

    model_id: str
    parts: dict[str, Any]
    card: dict[str, Any]


def save(home: Home, model: SavedModel) -> None:
    """Write the folder under a working name, then rename it: there is never half a model."""
    import skops.io

    folder = home.models / model.model_id
    part = folder.with_name(folder.name + ".part")
    for old in (part, folder):
        shutil.rmtree(old, ignore_errors=True)
    part.mkdir(parents=True)
    skops.io.dump(model.parts, part / MODEL_FILE)
    text = json.dumps(model.card, indent=2, ensure_ascii=False, default=str)
    (part / CARD_FILE).write_text(text + "\n", encoding="utf-8")
    part.rename(folder)


def load(home: Home, model_id: str) -> SavedModel:
    """Read a model back. Only types that our models are made of are loaded."""
    import skops.io

    parts = skops.io.load(home.models / model_id / MODEL_FILE, trusted=list(TRUSTED))
    return SavedModel(model_id, parts, _card(home, model_id))


def read_card(home: Home, model_id: str | None) -> dict[str, Any] | None:
    """The card of a model, or None where there is none or its model file is gone."""
    if model_id is None or not _exists(home.models / model_id):
        return None
    return _card(home, model_id)


def versions() -> dict[str, str]:
    """Versions a saved model depends on."""
    return {name: version(name) for name in ("scikit-learn", "skops", "numpy")}


def why_train(card: dict[str, Any] | None, mature: int, wrong: int, orders: int, inputs: list[str]) -> str | None:
    """Why a new model is due, in words, or None where the saved one still serves: its counts have not grown by a tenth.

    `mature` labelled orders, `wrong` of them wrong, `orders` in all; `inputs` are the features that exist now.
    """
    if card is None:
        return "no saved model"
    if card["inputs"] != inputs:
        return "the features differ from those of the saved model"
    if card["versions"] != versions():
        return "the saved model was made with other versions of its libraries"
    grown = (("mature_orders", mature, 1), ("wrong_orders", wrong, FEWEST_WRONG), ("all_orders", orders, 1))
    for name, now, fewest in grown:
        if now >= fewest and 10 * now >= 11 * card[name]:
            return f"{name.replace('_', ' ')} grew from {card[name]:,} to {now:,}"
    return None


def _exists(folder: Path) -> bool:
    return (folder / MODEL_FILE).exists() and (folder / CARD_FILE).exists()


def _card(home: Home, model_id: str) -> dict[str, Any]:
    card: dict[str, Any] = json.loads((home.models / model_id / CARD_FILE).read_text(encoding="utf-8"))
    return card
