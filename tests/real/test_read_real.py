"""The real data sets: as many rows as their SOURCE.md files say, and the same rows whatever the encoding."""

import csv
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import UnreadableFileError
from pipelines.ingest.landing import expand, land
from pipelines.settings import Home, open_home
from pipelines.sources.table import LandedTable, ReadOptions
from tests.readers_fixture import read_one, rows, write

COUNTS = [
    ("o2c-sap-ibm/O2C_SAP_log.zip", 110_125, 30),
    ("o2c-sap-ibm/Uncompleted_distinct_log.csv", 8_908, 32),
    ("olist-2017-10k/orders.csv", 10_000, 8),
    ("olist-2017-10k/order_items.csv", 11_252, 7),
    ("olist-2017-10k/customers.csv", 10_000, 5),
    ("olist-2017-10k/products.csv", 6_123, 9),
    ("olist-excel-mangled/olist_orders_dataset_excel.csv", 4_998, 8),
    ("northwind/orders.csv", 830, 14),
    ("northwind/order_details.csv", 2_155, 5),
    ("northwind/employees.csv", 9, 18),
    ("online-retail/online_retail_II_2009_2010.parquet", 525_461, 8),
    ("raha/hospital/dirty.csv", 1_000, 20),
    ("raha/beers/dirty.csv", 2_410, 11),
    ("receipt/receipt.csv", 8_577, None),
    ("ocel/ocel_order_simulated.csv", 22_367, None),
]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home folder."""
    return open_home(tmp_path / "home", create=True)


@pytest.mark.parametrize(("file", "count", "width"), COUNTS)
def test_counts_are_those_of_the_source(real_data: Path, home: Home, file: str, count: int, width: int | None) -> None:
    batch = land(real_data / file, ReadOptions(), home)
    assert len(batch.tables) == 1
    table = batch.tables[0]
    assert (table.rows, table.bad) == (count, 0)
    assert width in (None, len(table.columns))


@pytest.mark.parametrize("file", [file for file, *_ in COUNTS if file.endswith(".csv")])
def test_every_cell_is_the_one_that_pythons_csv_module_reads(real_data: Path, home: Home, file: str) -> None:
    table = land(real_data / file, ReadOptions(), home).tables[0]
    with (real_data / file).open(encoding=table.encoding, newline="") as handle:
        reader = csv.reader(handle, delimiter=table.delimiter or ",")
        next(reader)
        line, expected = reader.line_num + 1, []
        for cells in reader:
            expected.append((line, *(cell or None for cell in cells)))
            line = reader.line_num + 1
    assert rows(table) == expected


def test_a_truncated_sap_zip_is_told(real_data: Path, tmp_path: Path, home: Home) -> None:
    content = (real_data / "o2c-sap-ibm/O2C_SAP_log.zip").read_bytes()[:1_000_000]
    with pytest.raises(UnreadableFileError, match=r"cut\.zip.*not a readable zip"):
        land(write(tmp_path, "cut.zip", content), ReadOptions(), home)


def test_a_folder_gives_its_data_files_only(real_data: Path) -> None:
    names = [path.name for path in expand([real_data / "o2c-sap-ibm", real_data / "northwind"])]
    assert names == [
        "O2C_SAP_log.zip",
        "Uncompleted_distinct_log.csv",
        "employees.csv",
        "order_details.csv",
        "orders.csv",
    ]


@pytest.mark.parametrize(
    ("encoding", "found", "word"),
    [
        ("utf-8", "utf-8", "上海远东贸易有限公司"),
        ("utf-8-sig", "utf-8-sig", "上海远东贸易有限公司"),
        ("utf-16", "utf-16", "上海远东贸易有限公司"),
        ("gb18030", "gb18030", "上海远东贸易有限公司"),
        ("big5", "big5", "台北遠東貿易有限公司"),
        ("cp1252", "cp1252", "Müller und Söhne"),
    ],
)
def test_northwind_in_every_encoding(real_data: Path, tmp_path: Path, encoding: str, found: str, word: str) -> None:
    """The first 400 orders have plain names: what tells the encoding comes late."""
    plain = _northwind_as_ascii(real_data, word)
    table = read_one(write(tmp_path, "orders.csv", plain.encode(encoding)))
    reference = read_one(write(tmp_path, "reference.csv", plain))
    assert table.encoding == found
    assert table.rows == 830
    assert _differences(table, reference) == 0
    assert any(word in str(cell) for cell in rows(table)[500])


def _northwind_as_ascii(real_data: Path, word: str) -> str:
    text = (real_data / "northwind/orders.csv").read_text(encoding="utf-8-sig")
    lines = text.encode("ascii", "ignore").decode().splitlines()
    cells = [next(csv.reader([line])) for line in lines]
    for number, row in enumerate(cells[401:]):
        row[8] = f"{word} {number}"
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in cells)


def _differences(one: LandedTable, other: LandedTable) -> int:
    query = "SELECT count(*) FROM ((FROM '{0}' EXCEPT ALL FROM '{1}') UNION ALL (FROM '{1}' EXCEPT ALL FROM '{0}'))"
    with duckdb.connect() as con:
        return int(con.execute(query.format(one.parquet, other.parquet)).fetchall()[0][0])
