"""Customers, products, prices and users of the simulated company."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.simulate.calendar import EVER, tenures
from pipelines.simulate.company import Company

Strings = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

REGIONS = ("North", "South", "East", "West")
TERMS = ("NET14", "NET30", "NET45", "NET60")
FAMILIES = ("Fixings", "Cable", "Lighting", "Switches", "Tools", "Pipes", "Safety", "Labels")
_NOTICE_DAYS = 60
PACK_SIZES = (6, 8, 12, 20, 24, 48, 50)
BOX_REBATE = 0.98
_FIRST = (
    "Nordwind", "Alster", "Harzer", "Elbtal", "Rheingau", "Seeland", "Bergmark", "Isar", "Weser", "Spree", "Donau", "Taunus",
    "Lahn", "Mosel", "Saale", "Havel", "Neckar", "Eifel", "Allgau", "Ostsee", "Fulda", "Ruhr", "Steigerwald", "Hunsruck",
)  # fmt: skip
_SECOND = (
    "Elektro",
    "Technik",
    "Handel",
    "Bau",
    "Metall",
    "Logistik",
    "Anlagen",
    "Werkzeug",
    "Licht",
    "System",
    "Montage",
    "Pumpen",
)
_LEGAL = ("GmbH", "AG", "KG", "OHG", "GmbH & Co. KG")
_PEOPLE = (
    ("clerk", "Order desk"),
    ("credit", "Finance"),
    ("approver", "Sales management"),
    ("planner", "Logistics"),
    ("picker", "Warehouse"),
    ("night picker", "Warehouse"),
)


@dataclass(frozen=True, slots=True)
class Masters:
    """Master data as frames for the files, and as arrays for drawing orders. `doubles` leads from each of two keys of the
    same customer to the other."""

    customers: pl.DataFrame
    products: pl.DataFrame
    prices: pl.DataFrame
    users: pl.DataFrame
    names: Strings
    region: Ints
    terms: Ints
    baskets: Ints
    skus: Strings
    pack_size: Ints
    list_price: Floats
    price_steps: Floats
    staff: dict[str, Strings]
    tenure: tuple[Ints, Ints]
    doubles: dict[int, int]


def make_masters(company: Company, orders: int, rng: np.random.Generator) -> Masters:
    """Draw the masters. The desk grows with the volume, so that nobody enters a thousand orders a day."""
    count = min(company.customers, max(20, orders // 8))
    # Some customers are held twice, under a second key at the end of the list.
    held_twice = np.sort(rng.choice(count, int(count * company.double_customers), replace=False))
    held = np.concatenate([np.arange(count), held_twice])
    names = _names(count, company, rng)[held]
    region, terms = rng.integers(0, len(REGIONS), count)[held], rng.integers(0, len(TERMS), count)[held]
    second = dict(zip(held_twice.tolist(), range(count, len(held)), strict=True))
    skus, pack, price = _products(company, rng)
    staff = _staff(company, orders)
    tenure = tenures(company, len(staff["clerk"]), rng)
    steps = np.round(price * rng.uniform(1.02, 1.06, len(price)), 4)
    return Masters(
        customers=_customer_frame(names, region, terms, company),
        products=_product_frame(skus, pack, price),
        prices=_price_frame(skus, pack, price, steps, company),
        users=_user_frame(staff, tenure),
        names=names,
        region=region,
        terms=terms,
        baskets=rng.integers(0, len(skus), (count, 10))[held],
        skus=skus,
        pack_size=pack,
        list_price=price,
        price_steps=steps,
        staff=staff,
        tenure=tenure,
        doubles={**second, **{key: first for first, key in second.items()}},
    )


def customer_id(number: Ints | int) -> Strings:
    """Keys of customers by their number."""
    return np.array([f"C-{n + 1001}" for n in np.atleast_1d(number)], dtype=object)


def ship_to(customer: int, place: int) -> str:
    """Key of a place of delivery."""
    return f"C-{customer + 1001}/{place:02d}"


def _names(count: int, company: Company, rng: np.random.Generator) -> Strings:
    combos = [f"{a} {b}" for a in _FIRST for b in _SECOND]
    picked = [
        combos[i % len(combos)] + (f" {i // len(combos) + 1}" if i >= len(combos) else "")
        for i in rng.permutation(count)
    ]
    names = [f"{name} {_LEGAL[rng.integers(0, len(_LEGAL))]}" for name in picked]
    for i in rng.choice(count, int(count * company.similar_names), replace=False):
        # A namesake: another company that is called nearly the same.
        other = names[(i + 1) % count]
        head, _, legal = other.partition(" ")
        names[i] = f"{head}s {legal}" if not head.endswith("s") else f"{head[:-1]} {legal}"
    return np.array(names, dtype=object)


def _products(company: Company, rng: np.random.Generator) -> tuple[Strings, Ints, Floats]:
    numbers = np.sort(rng.choice(np.arange(10000, 99999), company.products, replace=False))
    skus = np.array([f"P-{n}" for n in numbers], dtype=object)
    pack = np.array(PACK_SIZES)[rng.integers(0, len(PACK_SIZES), company.products)]
    price = np.round(np.exp(rng.normal(2.2, 1.0, company.products)), 2).astype(np.float64)
    return skus, pack, price


def _staff(company: Company, orders: int) -> dict[str, Strings]:
    clerks = int(max(8, orders / company.days / company.orders_per_clerk_day))
    sizes = {
        "clerk": clerks,
        "credit": max(3, clerks // 3),
        "approver": 4,
        "planner": max(3, clerks // 3),
        "picker": max(6, clerks // 2),
        "night picker": 1,
    }
    staff: dict[str, Strings] = {}
    number = 1
    for role, size in sizes.items():
        staff[role] = np.array([f"u{n:03d}" for n in range(number, number + size)], dtype=object)
        number += size
    return staff


def _customer_frame(names: Strings, region: Ints, terms: Ints, company: Company) -> pl.DataFrame:
    count = len(names)
    return pl.DataFrame(
        {
            "customer_id": list(customer_id(np.arange(count))),
            "name": list(names),
            "region": [REGIONS[i] for i in region],
            "country": ["DE"] * count,
            "ship_tos": ["|".join(ship_to(i, place) for place in (1, 2)) for i in range(count)],
            "payment_terms": [TERMS[i] for i in terms],
            "currency": [company.currency] * count,
        }
    )


def _product_frame(skus: Strings, pack: Ints, price: Floats) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "sku": list(skus),
            "name": [f"{FAMILIES[i % len(FAMILIES)]} {sku[2:]}" for i, sku in enumerate(skus)],
            "family": [FAMILIES[i % len(FAMILIES)] for i in range(len(skus))],
            "unit": ["PCE"] * len(skus),
            "pack_unit": ["BOX"] * len(skus),
            "pack_size": pack,
            "list_price": price,
        }
    )


def price_change_day(company: Company) -> np.datetime64:
    """The day on which the price list rises."""
    return np.datetime64(company.start, "D") + company.days // 2


def _price_frame(skus: Strings, pack: Ints, price: Floats, steps: Floats, company: Company) -> pl.DataFrame:
    change = price_change_day(company)
    frames = []
    for unit, factor in (("PCE", np.ones(len(skus))), ("BOX", pack * BOX_REBATE)):
        for amount, first, last in ((price, company.start, change - 1), (steps, change, None)):
            frames.append(
                pl.DataFrame(
                    {
                        "sku": list(skus),
                        "unit": [unit] * len(skus),
                        "price": np.round(amount * factor, 4),
                        "currency": [company.currency] * len(skus),
                        "valid_from": [str(first)] * len(skus),
                        "valid_until": [None if last is None else str(last)] * len(skus),
                    },
                    schema_overrides={"valid_until": pl.String},
                )
            )
    return pl.concat(frames)


def _user_frame(staff: dict[str, Strings], tenure: tuple[Ints, Ints]) -> pl.DataFrame:
    came = {user: _day(day, 0) for user, day in zip(staff["clerk"], tenure[0], strict=True)}
    # Whoever goes finishes what is begun.
    went = {user: _day(day + _NOTICE_DAYS, EVER) for user, day in zip(staff["clerk"], tenure[1], strict=True)}
    rows = [
        {
            "user_id": user,
            "role": role.removeprefix("night "),
            "department": department,
            "approval_limit": 100_000.0 if role == "approver" else None,
            "discount_limit": 0.05 if role == "clerk" else None,
            "automatic": False,
            "valid_from": came.get(user),
            "valid_until": went.get(user),
        }
        for role, department in _PEOPLE
        for user in staff[role]
    ]
    program = {"role": "program", "department": "IT", "approval_limit": None, "discount_limit": None, "automatic": True}
    rows.extend({"user_id": robot, **program} for robot in ("EDI", "SYNC", "ERP"))
    return pl.DataFrame(
        rows, infer_schema_length=None, schema_overrides={"valid_from": pl.String, "valid_until": pl.String}
    )


def _day(day: int, never: int) -> str | None:
    return None if day == 0 or day >= never > 0 else str(np.datetime64(int(day), "D"))
