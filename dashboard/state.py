"""The one filter state over all pages, kept in the address."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import streamlit as st

from dashboard import data
from dashboard.columns import column_configs
from dashboard.words import _, count, is_day, moment, ngettext, span_of_days
from pipelines.read.filters import Filters

OWN = {"severity": ["high", "medium", "low"]}
PERIODS = {"4w": 28, "13w": 91, "52w": 364, "all": 0}


def filter_bar(*own: str, of_period: bool = True, of_orders: bool = True) -> Filters:
    """Draw the filter bar and return the state. Every page calls it first; `own` names lists that only this page has.

    What a page does not use is drawn all the same, but cannot be touched: the state is that of all pages.
    """
    data.tell_how_old()
    options = data.query("filter_options")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        period = _period(used=of_period)
        chosen = {
            name: _choice(name, options[name].to_list()[0], used=of_orders)
            for name in ("region", "channel", "department", "family")
        }
        user, role = _user(options["user"].to_list()[0], used=of_orders)
        for name in own:
            _choice(name, OWN[name])
        st.space("stretch")
        st.markdown(f":small[:gray[{_reach(*(period if of_period else (None, None)))}]]")
    first, last = period
    filters = Filters(
        date_from=first,
        date_to=last,
        regions=chosen["region"],
        channels=chosen["channel"],
        departments=chosen["department"],
        families=chosen["family"],
        user=user,
        user_role="entered" if role == "entered" else "touched",
    )
    if of_period:
        _undated(filters)
        _later(filters)
    return filters


def _undated(filters: Filters) -> None:
    """Say which orders no period can hold, and list them; nothing where all orders have a date, or all are looked at."""
    if filters.date_from is None and filters.date_to is None:
        return
    rows = data.query("undated", whole_history(filters))
    if rows.is_empty():
        return
    number = int(rows["orders"][0])
    told = ngettext(
        "{n} order without a date is not shown here", "{n} orders without a date are not shown here", number
    ).format(n=count(number))
    with st.popover(f":small[{told}]", type="tertiary"):
        st.markdown(_("No day of entry is known, so no period holds them. The period *All* shows them too."))
        _listed(rows, told, "undated")


def _later(filters: Filters) -> None:
    """Say which orders are dated after the day that the data reach to: no period holds them, and charts over time end before them."""
    rows = data.query("later_orders", whole_history(filters))
    if rows.is_empty():
        return
    number = int(rows["orders"][0])
    told = ngettext(
        "{n} order dated after the end of the data is in no chart over time",
        "{n} orders dated after the end of the data are in no chart over time",
        number,
    ).format(n=count(number))
    with st.popover(f":small[{told}]", type="tertiary"):
        st.markdown(_("Their day of entry had not come when the data were made. The period *All* counts them."))
        _listed(data.times_in_zone(rows), told, "later_orders")
        asked = {"period": _("All"), "of": _("Open findings"), "wrong": str(rows["order_id"][0])}
        st.page_link("pages/defects.py", label=_("See their findings"), query_params=asked)


def _listed(rows: pl.DataFrame, told: str, key: str) -> None:
    shown = rows.drop("orders")
    configs = column_configs(shown.columns)
    st.dataframe(shown, hide_index=True, column_config=configs, placeholder="–", alt=told, key=key)


def _reach(first: date | None, last: date | None) -> str:
    """Which days of entry the period stands for, and until when the data reach."""
    until, zone = data.in_zone(data.data_until()), data.zone()
    if first is None or last is None or until is None:
        return f"{_('Data until')} {moment(until)} {zone}"
    if until.year != last.year:
        end = moment(until)
    else:
        end = f"{until.day} {until:%b}" if is_day(until) else f"{until.day} {until:%b}, {until:%H:%M}"
    return _("{span} · data until {end} {zone}").format(span=span_of_days(first, last), end=end, zone=zone)


def before(filters: Filters) -> Filters | None:
    """The period of the same length before; None where the selection has no beginning."""
    if filters.date_from is None or filters.date_to is None:
        return None
    length = filters.date_to - filters.date_from
    return _moved(filters, filters.date_from - length - timedelta(days=1), filters.date_from - timedelta(days=1))


def windows(filters: Filters, number: int = 13) -> list[Filters]:
    """The last 13 periods up to the selection's end: parts of a long period, or as many short ones going back."""
    reach = data.query("reach").row(0, named=True)
    last = filters.date_to or reach["last_day"]
    first = filters.date_from or reach["first_day"]
    if last is None or first is None:
        return []
    days = (last - first).days + 1
    length = timedelta(days=days if days < 7 * number else max(7, days // number))
    ends = [last - step * length for step in range(number - 1, -1, -1)]
    return [_moved(filters, end - length + timedelta(days=1), end) for end in ends if end >= reach["first_day"]]


def whole_history(filters: Filters) -> Filters:
    """The same selection without its period: for what is open now, and for charts whose axis is time."""
    return filters.without_period()


def _moved(filters: Filters, first: date | None, last: date | None) -> Filters:
    return replace(filters, date_from=first, date_to=last)


def _period(*, used: bool) -> tuple[date | None, date | None]:
    names = {"4w": _("4 weeks"), "13w": _("13 weeks"), "52w": _("52 weeks"), "all": _("All")}
    picked = st.segmented_control(
        _("Period"),
        list(PERIODS),
        format_func=names.__getitem__,
        default="13w",
        required=True,
        label_visibility="collapsed",
        key="period",
        bind="query-params",
        disabled=not used,
    )
    last = data.query("reach")["last_day"][0]
    if picked == "all" or picked is None or last is None:
        return None, None
    return last - timedelta(days=PERIODS[picked] - 1), last


def _choice(name: str, options: list[str] | None, *, used: bool = True) -> tuple[str, ...]:
    titles = {
        "region": _("Region"),
        "channel": _("Channel"),
        "department": _("Department"),
        "family": _("Product family"),
        "severity": _("Severity"),
    }
    if not options:
        return ()
    present = chosen(name)
    shown = ", ".join(present) if 0 < len(present) < 3 else (_("all") if not present else str(len(present)))  # noqa: PLR2004
    with st.popover(f"{titles[name]}: {shown}", type="tertiary", disabled=not used):
        picked = st.multiselect(titles[name], options, key=name, bind="query-params")
    return tuple(picked)


def chosen(name: str) -> list[str]:
    """What is chosen in a list that is not drawn yet: before its first run the address alone knows."""
    if name not in st.session_state:
        return st.query_params.get_all(name)
    chosen = st.session_state[name] or []
    return [chosen] if isinstance(chosen, str) else list(chosen)


def _user(options: list[str] | None, *, used: bool) -> tuple[str | None, str]:
    if not options:
        return None, "touched"
    present = next(iter(chosen("user")), None)
    with st.popover(f"{_('User')}: {present or _('all')}", type="tertiary", disabled=not used):
        user = st.selectbox(_("User"), options, index=None, placeholder=_("all"), key="user", bind="query-params")
        names = {"touched": _("entered or touched"), "entered": _("entered")}
        role = st.segmented_control(
            _("Orders that the user"),
            list(names),
            format_func=names.__getitem__,
            default="touched",
            required=True,
            key="as",
            bind="query-params",
        )
    return user, role or "touched"
