"""What errors cost, in words: the one place that knows in which currency."""

from dashboard import data
from dashboard.words import NBSP, _, money
from pipelines.read.cost_unit import cost_currency


def currency() -> str | None:
    """The currency of costs: that of the settings, else the only one of all orders; None where nobody can tell."""
    return cost_currency(
        data.home().settings.reporting_currency, data.query("currencies")["currencies"].to_list()[0] or []
    )


def unit() -> str:
    """What a column or an axis of costs is counted in: 'EUR', or 'cost units' as the process file has them."""
    return currency() or _("cost units")


def cost(value: float | None) -> str:
    """'EUR 740', '740 cost units'; a dash where unknown."""
    known = currency()
    text = money(value, known)
    return text if known or value is None else f"{text}{NBSP}{_('cost units')}"
