"""What is known of wrong orders no further than that a value was corrected: the log gives no reason."""

from dashboard import data
from dashboard.words import count, ngettext
from pipelines.read.filters import Filters


def unreasoned_words(filters: Filters, *, mature: bool) -> str:
    """How many of the wrong orders are known by corrections without a reason alone, as a sentence; empty where all have one.

    `mature` counts the mature sales orders alone, as the figure does that it is told beside.
    """
    orders = int(data.query("unreasoned", filters, mature=mature)["orders"][0])
    if not orders:
        return ""
    return ngettext(
        "{n} of the wrong orders was corrected, reason not given: the customer may have had a change of mind.",
        "{n} of the wrong orders were corrected, reason not given: the customers may have had a change of mind.",
        orders,
    ).format(n=count(orders))
