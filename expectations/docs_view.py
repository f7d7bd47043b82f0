"""How Data Docs look: Great Expectations' own pages without anything that a browser would fetch from elsewhere."""

from great_expectations.render.view.view import DefaultJinjaPageView
from jinja2 import ChoiceLoader, PackageLoader


class OfflinePageView(DefaultJinjaPageView):
    """Great Expectations' page, with our templates in place of those that load scripts, styles and pictures."""

    def __init__(self, custom_styles_directory: str | None = None, custom_views_directory: str | None = None) -> None:
        super().__init__(custom_styles_directory, custom_views_directory)
        theirs = [self.env.loader] if self.env.loader else []
        self.env.loader = ChoiceLoader([PackageLoader("expectations", "docs_templates"), *theirs])
