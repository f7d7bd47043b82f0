"""Spellings, numbers, times, shapes and misplaced texts: a column in which one is odd, and columns in which none is."""

from tests.learned_fixture import Hit, add_rows, learned, one, table

UNITS = ("oz", "oz.", "OZ.", "ounce", "oz. can")


def column(texts: list[str | None], others: list[str | None] | None = None) -> list[Hit]:
    """(row, observed, suggested) of what is odd in a column, beside another one."""
    beside = others or [f"{n}" for n in range(len(texts))]
    con = table(["no", "text"], list(zip(beside, texts, strict=True)))
    return [(row, observed, suggested) for row, field, _, observed, suggested in learned(con) if field == "text"]


def test_a_rare_text_beside_a_frequent_one_is_a_slip() -> None:
    texts = [("river bank", "mountain top", "sea side")[n % 3] for n in range(60)] + ["riverx bank"]
    assert column(texts) == [("61", "riverx bank", "river bank")]


def test_where_established_texts_are_neighbours_nearness_says_nothing() -> None:
    codes = ["-".join(("KLM", "KLN", "KLO", "KLP", "KMP", "KNP")[n % 6]) for n in range(120)]
    assert column([*codes, "K-L-Q"]) == []


def test_another_word_and_another_number_are_no_slips() -> None:
    texts = ["pale wheat ale" if n % 2 else "brown porter" for n in range(100)]
    assert column([*texts, "dark wheat ale", "pale wheat ale 2"]) == []


def test_a_unit_is_written_as_most_write_it() -> None:
    texts = [f"{n % 30} pcs" for n in range(95)] + ["12 PCS", "13", "14 pcs."]
    assert column(texts) == [("96", "12 PCS", "12 pcs"), ("97", "13", "13 pcs"), ("98", "14 pcs.", "14 pcs")]


def test_where_no_way_of_writing_the_unit_has_the_majority_the_number_is_meant() -> None:
    texts = [f"{12 + 4 * (n % 2)}.0 {UNITS[n % 5]}" for n in range(50)]
    found = column(texts)
    assert len(found) == 50
    assert found[0] == ("1", "12.0 oz", "12.0")


def test_two_real_units_are_no_muddle() -> None:
    assert column([f"{n % 7} {'kg' if n % 3 else 'g'}" for n in range(90)]) == []


def test_thousands_are_written_as_most_write_them() -> None:
    texts: list[str | None] = [f"{1000 + 37 * n:,}" for n in range(60)]
    texts[7] = "9000"
    assert column(texts) == [("8", "9000", "9,000")]


def test_no_number_in_a_column_of_numbers() -> None:
    texts: list[str | None] = [f"{n % 40}" for n in range(60)]
    texts[3] = "l7"
    assert [found[:2] for found in column(texts)] == [("4", "l7")]


def test_a_word_for_no_value_is_odd_in_numbers_where_the_table_leaves_cells_empty() -> None:
    numbers: list[str | None] = [None if n == 9 else "N/A" if n % 5 == 4 else str(n % 13) for n in range(60)]
    gaps: list[str | None] = [None if n % 6 == 0 else f"w{n}" for n in range(60)]
    names: list[str | None] = [None if n % 7 == 0 else f"v{n}" for n in range(60)]
    con = table(["id", "a", "b", "n"], [[str(n), gaps[n], names[n], numbers[n]] for n in range(60)])
    assert {hit[3] for hit in learned(con)} == {"N/A"}


def test_a_word_for_no_value_is_the_tables_own_where_it_leaves_nothing_empty() -> None:
    assert column(["empty" if n % 5 == 4 else str(n % 13) for n in range(60)]) == []


def test_a_time_is_written_as_most_write_it() -> None:
    texts = [f"{1 + n % 12}:{n % 60:02d} p.m." for n in range(60)]
    texts[5] = "12/02/2011 6:05 p.m."
    assert column(texts) == [("6", "12/02/2011 6:05 p.m.", "6:05 p.m.")]


def test_a_code_looks_as_nearly_all_do() -> None:
    texts: list[str | None] = [f"AB-{1000 + n}" for n in range(60)]
    texts[11] = "AB1011"
    assert [found[:2] for found in column(texts)] == [("12", "AB1011")]


def test_words_are_free() -> None:
    assert column([f"Town {chr(65 + n % 26)}{chr(97 + n % 26) * (n % 5)}" for n in range(60)] + ["St. Mary's"]) == []


def test_a_text_that_belongs_into_an_empty_cell_is_misplaced() -> None:
    states = ("VA", "NY", "OR")
    rows: list[list[str | None]] = [[f"{n}", f"Town{n % 20}", states[n % 20 % 3]] for n in range(90)]
    rows += [[f"{90 + n}", f"Place{n} {states[n % 3]}", None] for n in range(5)]
    found = [hit[:2] + hit[3:] for hit in learned(table(["no", "city", "state"], rows)) if hit[0] == "91"]
    assert found == [("91", "city", "Place0 VA", "Place0"), ("91", "state", None, "VA")]


def test_a_gap_that_no_neighbour_fills_is_not_told() -> None:
    rows = [[f"{n}", f"Town{n % 20}", "VA" if n % 20 else None] for n in range(90)]
    assert learned(table(["no", "city", "state"], rows)) == []


def test_names_and_values_that_look_like_gaps_in_a_query_are_none() -> None:
    rows = [[f"{n}", ("it's $strength", "{column}", 'a "b"')[n % 3]] for n in range(60)]
    con = table(["no", 'odd "name" $dataset {left}'], [*rows, ["60", "it's $strengthx"]])
    assert [(hit[0], hit[4]) for hit in learned(con)] == [("61", "it's $strength")]


def test_new_rows_of_a_table_make_a_new_version() -> None:
    con = table(["no", "text"], [[f"{n}", "river bank"] for n in range(60)])
    assert learned(con) == []
    add_rows(con, ["no", "text"], [["61", "riverx bank"]], file_no=2)
    assert [hit[0] for hit in learned(con)] == ["61"]
    assert one(con, "SELECT max(version) FROM learned.versions") == (2,)
    assert "(learned, version 2)" in one(con, "SELECT evidence FROM learned.hits")[0]
