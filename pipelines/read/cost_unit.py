"""In which currency costs are: those of errors are laid down in the process file, which names none."""

from collections.abc import Sequence

import duckdb


def cost_currency(wanted: str | None, of_orders: Sequence[str]) -> str | None:
    """The reporting currency of the settings (`wanted`), else the only one of all orders; None where nobody can tell."""
    if wanted:
        return wanted
    return str(of_orders[0]) if len(of_orders) == 1 else None


def currencies(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The currencies of all orders of a snapshot."""
    return [
        row[0]
        for row in con.execute(
            "SELECT DISTINCT currency FROM marts.order_facts WHERE currency IS NOT NULL ORDER BY 1"
        ).fetchall()
    ]
