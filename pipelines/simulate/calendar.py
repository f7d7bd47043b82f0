"""When the company works: weekdays, holidays, and which clerks are there on a day."""

import numpy as np
import numpy.typing as npt

from pipelines.simulate.company import Company

Ints = npt.NDArray[np.int64]
# Nobody comes or goes in the first and last days, so that everybody is seen at work.
_MARGIN_DAYS = 30
EVER = 2**31
# Goods are wanted so many days after the order, the last one excluded.
LEAD_DAYS = (4, 16)


def holidays(company: Company) -> Ints:
    """The company's holidays from its first to two years after its last day, as days since 1970. Days that do not exist fall out."""
    first, years = company.start.year, company.days // 365 + 3
    found = []
    for year in range(first, first + years):
        for month_day in company.holidays:
            try:
                found.append(np.datetime64(f"{year}-{month_day}", "D").astype(np.int64))
            except ValueError:
                continue
    return np.array(sorted(found), dtype=np.int64)


def next_working_day(day: Ints, company: Company) -> Ints:
    """The day itself, or the next one that is neither of a weekend nor a holiday."""
    free = holidays(company).astype("datetime64[D]")
    moved: Ints = np.busday_offset(day.astype("datetime64[D]"), 0, roll="forward", holidays=free).astype(np.int64)
    return moved


def tenures(company: Company, clerks: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """First and last day of every clerk. Half of those who change came late, the other half went early; one at least stays."""
    first, last = np.zeros(clerks, np.int64), np.full(clerks, EVER, np.int64)
    start = np.datetime64(company.start, "D").astype(np.int64)
    moving = rng.permutation(clerks)[: min(clerks - 1, round(clerks * company.turnover))]
    days = start + rng.integers(_MARGIN_DAYS, max(_MARGIN_DAYS + 1, company.days - _MARGIN_DAYS), len(moving))
    half = len(moving) // 2
    first[moving[:half]], last[moving[half:]] = days[:half], days[half:]
    return first, last


def present(clerk: Ints, day: Ints, tenure: tuple[Ints, Ints], rng: np.random.Generator) -> Ints:
    """`clerk` (by number), with everybody who was not there on the day replaced by somebody who was."""
    first, last = tenure
    clerk = clerk.copy()
    while (absent := np.flatnonzero((day < first[clerk]) | (day > last[clerk]))).size:
        clerk[absent] = rng.integers(0, len(first), absent.size)
    return clerk


def swapped_day(day: int) -> int | None:
    """The day (since 1970) with day and month swapped; None where that is no other date."""
    year, month, number = (int(part) for part in str(np.datetime64(day, "D")).split("-"))
    if number > 12 or number == month:
        return None
    return int(np.datetime64(f"{year}-{number:02d}-{month:02d}", "D").astype(np.int64))


def swappable_days(entered: int) -> list[int]:
    """The usual days of delivery of an order entered on the day that are well off, by two months or more, when swapped."""
    leads = range(*LEAD_DAYS)
    return [day for day in (entered + lead for lead in leads) if abs(day - (swapped_day(day) or day)) > 50]
