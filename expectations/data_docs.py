"""Data Docs: Great Expectations' pages about the suites and their results, in the home folder."""

import shutil
from typing import Any

from pipelines.settings import Home

_VIEW = {"module_name": "expectations.docs_view", "class_name": "OfflinePageView"}


def site_config(home: Home) -> dict[str, Any]:
    """A site in the home folder that shows suites and results, and asks nothing of the network."""
    return {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": {
            "class_name": "TupleFilesystemStoreBackend",
            "base_directory": str(home.data_docs.resolve()),
        },
        "site_section_builders": {"expectations": {"view": _VIEW}, "validations": {"view": _VIEW}},
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder", "view": _VIEW},
    }


def build_data_docs(context: Any, home: Home) -> None:
    """Build the site anew from this run's results; pages of earlier runs go."""
    shutil.rmtree(home.data_docs, ignore_errors=True)
    home.data_docs.mkdir(parents=True)
    context.build_data_docs()
    # Fonts and pictures of pages that are not ours.
    shutil.rmtree(home.data_docs / "static", ignore_errors=True)
