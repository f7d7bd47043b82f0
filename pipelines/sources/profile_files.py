"""Where profiles come from: the home folder's own, those that ship, a path; or the one that fits the files."""

import difflib
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from pipelines.config_file import config_text
from pipelines.errors import ConfigurationError
from pipelines.settings import Home
from pipelines.sources.profile import Profile
from pipelines.sources.profile_yaml import parse_profile
from pipelines.sources.table import LandedTable, ReadOptions

SHIPPED = ("canonical", "o2c-sap-ibm", "olist", "online-retail", "northwind", "event-log")
# Fit any table, and so only where they are asked for.
ON_REQUEST = ("one-table",)


def load_profile(name: str, home: Home) -> Profile:
    """A profile by name (the home folder's own first, then the shipped ones) or by path.

    Raises ConfigurationError with file and line for anything wrong in it.
    """
    own = home.config / "profiles" / f"{name}.yaml"
    if own.exists():
        return parse_profile(config_text(own), str(own))
    if name in (*SHIPPED, *ON_REQUEST):
        resource = files("pipelines.sources") / "profiles" / f"{name}.yaml"
        return replace(parse_profile(resource.read_text(encoding="utf-8"), f"{name}.yaml"), ships=True)
    if Path(name).is_file():
        return parse_profile(config_text(Path(name)), name)
    close = difflib.get_close_matches(name, (*SHIPPED, *ON_REQUEST), 1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise ConfigurationError(
        f"there is no profile {name!r}.{hint}",
        state="Nothing was changed.",
        next_step=f"Shipped are: {', '.join((*SHIPPED, *ON_REQUEST))}; your own go into {own.parent}.",
    )


def own_reading(files: Sequence[Path], home: Home) -> list[Profile]:
    """The company's own profiles that say of each of these files, by its name, how it is read, in another way than the usual."""
    profiles = [load_profile(name, home) for name in _own_names(home)]
    return [
        profile
        for profile in profiles
        if all(profile.knows(file) for file in files)
        and any(profile.readings(file) != (ReadOptions(),) for file in files)
    ]


def check_fit(profile: Profile, tables: Sequence[tuple[str, LandedTable]]) -> None:
    """ConfigurationError that names the first table which no feed of the profile can read."""
    for file, table in tables:
        profile.feed_for(file, table)


def _own_names(home: Home) -> list[str]:
    return sorted(path.stem for path in (home.config / "profiles").glob("*.yaml"))


def match_profile(tables: Sequence[tuple[str, LandedTable]], home: Home) -> Profile:
    """The first profile whose feeds fit every table. ConfigurationError that says how to pick where none does."""
    own = _own_names(home)
    complaint: ConfigurationError | None = None
    for name in [*own, *SHIPPED]:
        profile = load_profile(name, home)
        try:
            check_fit(profile, tables)
        except ConfigurationError as error:
            complaint = complaint or error
            continue
        return profile
    assert complaint is not None
    sheet = _sheet_of(complaint, tables)
    complaint.next_step = (
        "Name the source with --profile. A list with names of its own, or with rows above its header, needs a profile "
        f"(docs/profiles.md); `orderproof templates` shows the canonical columns.{sheet}"
    )
    raise complaint


def _sheet_of(complaint: ConfigurationError, tables: Sequence[tuple[str, LandedTable]]) -> str:
    """Where one of several sheets of a workbook is no table of orders: how to have it left out."""
    member = complaint.place.file if complaint.place else ""
    file, _, name = member.partition("#")
    others = [t.member.partition("#")[2] for _, t in tables if t.member.startswith(f"{file}#") and t.member != member]
    if not name or not others:
        return ""
    return (
        f" The workbook has {len(others) + 1} sheets: where {name!r} is no table of orders, remove it, or name the other one "
        f"in the profile (read: {{sheet: {others[0]}}})."
    )
