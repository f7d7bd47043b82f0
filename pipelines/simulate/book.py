"""The simulated order book before anything goes wrong: who ordered what, when, through whom."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.simulate.calendar import LEAD_DAYS, holidays, present
from pipelines.simulate.company import Company
from pipelines.simulate.masters import BOX_REBATE, TERMS, Masters, customer_id, price_change_day, ship_to

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Strings = npt.NDArray[np.object_]

HOUR, DAY = 3600, 86400
CHANNELS = ("EDI", "portal", "e-mail", "phone")
ROBOTS = ("EDI", "SYNC", "ERP")
# Somebody who acts without being among the users.
STRANGER = "temp01"


@dataclass(slots=True)
class Book:
    """Orders as arrays by order number, lines as arrays by line number (`line_order` points back). Times are epoch seconds.

    `clerk` counts all users, `owner` says for each customer which of the clerks alone enters his orders, -1 for a pool.
    """

    company: Company
    masters: Masters
    rng: np.random.Generator
    end: int
    at: Ints
    customer: Ints
    channel: Ints
    clerk: Ints
    owner: Ints
    users: Strings
    requested: Ints
    promised: Ints
    name: Strings
    ship_to: Strings
    terms: Strings
    line_order: Ints
    line_no: Ints
    product: Ints
    sku: Strings
    boxed: npt.NDArray[np.bool_]
    quantity: Floats
    price: Floats
    discount: Floats
    unit: Strings
    kind: Strings
    first_line: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    net_offset: dict[int, float] = field(default_factory=dict)
    missing: dict[int, str] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)
    planted: list[dict[str, Any]] = field(default_factory=list)
    corrected: list[dict[str, Any]] = field(default_factory=list)
    decoys: list[dict[str, Any]] = field(default_factory=list)
    found: list[dict[str, Any]] = field(default_factory=list)
    extra_prices: list[dict[str, Any]] = field(default_factory=list)
    extra_places: dict[int, list[str]] = field(default_factory=dict)
    originals: set[int] = field(default_factory=set)

    @property
    def orders(self) -> int:
        """Number of orders."""
        return len(self.at)

    def order_id(self, order: int) -> str:
        """Key of an order."""
        return f"SO-{order + 100001}"

    def line_id(self, line: int) -> str:
        """Key of a line."""
        return f"{self.order_id(int(self.line_order[line]))}-{self.line_no[line]}"

    def user(self, index: int) -> str:
        """Key of a user by index."""
        return str(self.users[index])


def draw_book(company: Company, masters: Masters, orders: int, rng: np.random.Generator) -> Book:
    """Draw orders and lines by the company's habits."""
    at = _entry_times(company, orders, rng)
    customer = _skewed(len(masters.names), orders, rng)
    automatic = rng.random(orders) < company.automation
    channel = np.where(automatic, rng.integers(0, 2, orders), rng.integers(1, 4, orders))
    users = np.concatenate(
        [np.array(ROBOTS, dtype=object), *masters.staff.values(), np.array([STRANGER], dtype=object)]
    )
    clerks = len(masters.staff["clerk"])
    day = at // DAY
    owner = np.where(
        rng.random(len(masters.names)) < company.account_owners, rng.integers(0, clerks, len(masters.names)), -1
    )
    drawn = np.where(owner[customer] >= 0, owner[customer], rng.integers(0, clerks, orders))
    clerk = np.where(automatic, 0, len(ROBOTS) + present(drawn, day, masters.tenure, rng))
    requested = day + rng.integers(*LEAD_DAYS, orders)
    line_order, line_no, product = _lines(company, masters, customer, rng)
    boxed = _pair_number(customer[line_order], product, 2) == 1
    quantity = _usual_quantity(customer[line_order], product, boxed, rng)
    return Book(
        company=company,
        masters=masters,
        rng=rng,
        end=_end(company),
        at=at,
        customer=customer,
        channel=channel,
        clerk=clerk,
        owner=owner,
        users=users,
        requested=requested,
        promised=requested + rng.integers(0, 2, orders),
        name=masters.names[customer].copy(),
        ship_to=np.array(
            [ship_to(int(c), 1 + int(p)) for c, p in zip(customer, rng.random(orders) < 0.25, strict=True)],
            dtype=object,
        ),
        terms=np.array(TERMS, dtype=object)[masters.terms[customer]],
        line_order=line_order,
        line_no=line_no,
        product=product,
        sku=masters.skus[product].copy(),
        boxed=boxed,
        quantity=quantity,
        price=list_price(company, masters, product, boxed, day[line_order]),
        discount=np.where(rng.random(len(product)) < 0.1, np.round(rng.uniform(0.01, 0.05, len(product)), 2), 0.0),
        unit=np.where(boxed, "BOX", "PCE").astype(object),
        kind=np.full(orders, "", dtype=object),
    )


def list_price(company: Company, masters: Masters, product: Ints, boxed: npt.NDArray[np.bool_], day: Ints) -> Floats:
    """Price of one unit by the list that is valid on the day (days since 1970)."""
    later = day >= price_change_day(company).astype(np.int64)
    base = np.where(later, masters.price_steps[product], masters.list_price[product])
    return np.round(np.where(boxed, base * masters.pack_size[product] * BOX_REBATE, base), 4).astype(np.float64)


def line_net(book: Book) -> Floats:
    """Net value of every line."""
    return np.round(book.quantity * book.price * (1 - book.discount), 2)


def first_of(book: Book, role: str) -> int:
    """Index of the first user of a role."""
    sizes = {name: len(members) for name, members in book.masters.staff.items()}
    roles = list(sizes)
    return len(ROBOTS) + sum(sizes[name] for name in roles[: roles.index(role)])


def seller(book: Book, order: int) -> int:
    """Who enters an order of its customer: the one whose customer it is, if he is there, else whoever it was drawn."""
    owner, day = int(book.owner[book.customer[order]]), int(book.at[order] // DAY)
    first, last = book.masters.tenure
    if book.clerk[order] < len(ROBOTS) or owner < 0 or not first[owner] <= day <= last[owner]:
        return int(book.clerk[order])
    return len(ROBOTS) + owner


def lines_of(book: Book, order: int) -> range:
    """The lines of an order."""
    last = book.first_line[order + 1] if order + 1 < book.orders else len(book.line_order)
    return range(int(book.first_line[order]), int(last))


def copy_lines(book: Book, copies: dict[int, int], shortened: set[int]) -> None:
    """Give the orders in `copies` (copy -> original) the lines of their originals, then take one line from each order of
    `shortened`, and renumber all lines."""
    lines = pl.DataFrame({"order": book.line_order, "row": np.arange(len(book.line_order))})
    pairs = pl.DataFrame(
        {"copy": list(copies), "order": list(copies.values())}, schema={"copy": pl.Int64, "order": pl.Int64}
    )
    own = lines.filter(~pl.col("order").is_in(list(copies)))
    copied = pairs.join(lines, on="order").select(pl.col("copy").alias("order"), "row")
    both = pl.concat([own, copied]).sort("order", "row", maintain_order=True)
    both = both.filter(~_to_drop(both, shortened, book.rng))
    rows = both["row"].to_numpy()
    for name in ("line_no", "product", "sku", "boxed", "quantity", "price", "discount", "unit"):
        setattr(book, name, getattr(book, name)[rows].copy())
    book.line_order = both["order"].to_numpy().copy()
    book.first_line = np.searchsorted(book.line_order, np.arange(book.orders))


def _to_drop(lines: pl.DataFrame, shortened: set[int], rng: np.random.Generator) -> pl.Series:
    """One line of each order of `shortened`, by chance."""
    few = lines.with_row_index().filter(pl.col("order").is_in(sorted(shortened)))
    few = few.with_columns(pl.Series("chance", rng.random(len(few))))
    dropped = few.sort("order", "chance").group_by("order", maintain_order=True).first()["index"]
    return pl.Series(np.isin(np.arange(len(lines)), dropped.to_numpy()))


def _entry_times(company: Company, orders: int, rng: np.random.Generator) -> Ints:
    days = np.arange(company.days)
    dates = [company.start + timedelta(days=int(d)) for d in days]
    weekday = np.array([company.weekday_weights[d.weekday()] for d in dates])
    season = 1 + company.season_amplitude * np.sin(2 * np.pi * (days / 365.25))
    peak = np.array([company.quarter_end_peak if d.month % 3 == 0 and d.day >= 25 else 1.0 for d in dates])
    weights = weekday * season * peak
    weights[np.isin(np.datetime64(company.start, "D").astype(np.int64) + days, holidays(company))] = 0.0
    picked = rng.choice(days, orders, p=weights / weights.sum())
    start = np.datetime64(company.start, "D").astype(np.int64)
    first, last = company.office_hours
    local = first + (last - first) * rng.beta(1.6, 1.8, orders)
    seconds = ((local - company.zone_offset_hours) * HOUR).astype(np.int64)
    return np.sort((start + picked) * DAY + seconds)


def _end(company: Company) -> int:
    return int((np.datetime64(company.start, "D").astype(np.int64) + company.days) * DAY - HOUR)


def _skewed(choices: int, count: int, rng: np.random.Generator) -> Ints:
    """A few customers order most."""
    weights = 1 / (np.arange(choices) + 5) ** 0.7
    return rng.choice(choices, count, p=weights / weights.sum()).astype(np.int64)


def _lines(company: Company, masters: Masters, customer: Ints, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    counts = 1 + rng.poisson(company.lines_per_order - 1, len(customer))
    counts = np.minimum(counts, masters.baskets.shape[1])
    line_order = np.repeat(np.arange(len(customer)), counts)
    line_no = 10 * (1 + np.arange(len(line_order)) - np.repeat(np.cumsum(counts) - counts, counts))
    # Distinct products of the customer's basket: a random beginning, then one after the other.
    start = np.repeat(rng.integers(0, masters.baskets.shape[1], len(customer)), counts)
    slot = (start + line_no // 10) % masters.baskets.shape[1]
    return line_order, line_no, masters.baskets[customer[line_order], slot]


def _pair_number(customer: Ints, product: Ints, modulus: int) -> Ints:
    """A number that belongs to a customer and a product for good: habits stay."""
    return ((customer * 7919 + product * 104729 + 12345) // 7) % modulus


def _usual_quantity(customer: Ints, product: Ints, boxed: npt.NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    habit = np.exp(_pair_number(customer, product, 1000) / 1000 * 2.2)
    usual = np.where(boxed, 2 + habit, 10 * habit)
    return np.maximum(1, np.round(usual * np.exp(rng.normal(0, 0.18, len(customer)))))


def write_places(book: Book) -> pl.DataFrame:
    """The customer master with the places of delivery that came later."""
    places = dict(zip(book.masters.customers["customer_id"], book.masters.customers["ship_tos"], strict=True))
    for customer, later in book.extra_places.items():
        key = str(customer_id(customer)[0])
        places[key] = "|".join((places[key], *later))
    return book.masters.customers.with_columns(pl.Series("ship_tos", list(places.values())))
