"""Which files a run takes in, and under which profile."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import ConfigurationError, UnreadableFileError, UsageError
from pipelines.ingest.landing import LandedBatch, expand, land, not_data
from pipelines.progress import Progress
from pipelines.settings import Home
from pipelines.sources.profile import Profile
from pipelines.sources.profile_files import check_fit, load_profile, match_profile, own_reading
from pipelines.sources.table import LandedTable, ReadOptions
from pipelines.warehouse import current_snapshot, open_snapshot
from pipelines.words import counted


@dataclass(frozen=True, slots=True)
class Intake:
    """Lands the files of a run in a home folder."""

    home: Home
    progress: Progress

    def take(self, paths: Sequence[Path], profile_name: str | None) -> tuple[Profile, list[LandedBatch]]:
        """The profile that counts and the landed files; without paths none, under the profile of the newest file.

        Raises UnreadableFileError, ConfigurationError, UsageError with what to do next.
        """
        asked = load_profile(profile_name, self.home) if profile_name else None
        if not paths:
            return asked or self._last_profile(), []
        files = expand(paths)
        for left_out in not_data(paths):
            self.progress.say(f"Left out, not a kind of file that is read: {left_out}")
        return (asked, self._land(files, asked)) if asked else self._matched(files)

    def _last_profile(self) -> Profile:
        snapshot = current_snapshot(self.home)
        if snapshot is not None:
            with open_snapshot(snapshot) as con:
                row = con.execute("SELECT profile FROM meta.files ORDER BY file_no DESC LIMIT 1").fetchone()
            if row is not None:
                return load_profile(row[0], self.home)
        raise UsageError(
            f"{self.home.path} holds no files yet that could be run again.",
            state="Nothing was changed.",
            next_step="Name the files or folders to load: orderproof run PATH...",
        )

    def _matched(self, files: Sequence[Path]) -> tuple[Profile, list[LandedBatch]]:
        """The first profile that fits. The company's own that say how files of these names are read are tried in that way."""
        complaint: ConfigurationError | UnreadableFileError | None = None
        for own in own_reading(files, self.home):
            try:
                batches = self._land(files, own)
                check_fit(own, _tables(batches))
            except (ConfigurationError, UnreadableFileError) as error:
                complaint = complaint or error
                continue
            self.progress.say(f"Read with the profile {own.name}.")
            return own, batches
        batches = self._land(files, None)
        try:
            return match_profile(_tables(batches), self.home), batches
        except ConfigurationError as error:
            raise complaint or error from error

    def _land(self, files: Sequence[Path], profile: Profile | None) -> list[LandedBatch]:
        with self.progress.step("land", "Reading files") as step:
            ways = [(file, way) for file in files for way in (profile.readings(file) if profile else (ReadOptions(),))]
            batches = [land(file, way, self.home) for file, way in ways]
            step.note = f"{counted(sum(table.rows_read for _, table in _tables(batches)), 'row')}, {counted(len(files), 'file')}"
        return batches


def _tables(batches: Sequence[LandedBatch]) -> list[tuple[str, LandedTable]]:
    return [(batch.file, table) for batch in batches for table in batch.tables]
