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
    assert "(learned from the records themselves, version 2)" in one(con, "SELECT evidence FROM learned.hits")[0]


def test_a_word_for_no_value_is_odd_among_texts_where_the_table_leaves_cells_empty() -> None:
    names: list[str | None] = [f"name {chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(100)]
    names[3], names[4] = "-", "none"
    gaps: list[str | None] = [None if n % 9 == 0 else f"w{n}" for n in range(100)]
    more: list[str | None] = [None if n % 8 == 0 else f"v{n}" for n in range(100)]
    con = table(["a", "b", "name"], list(zip(gaps, more, names, strict=True)))
    # `none` may be what somebody is called or has.
    assert [hit[:4] for hit in learned(con)] == [("4", "name", "format", "-")]


def test_a_word_that_as_many_columns_have_as_gaps_is_not_odd() -> None:
    names: list[str | None] = [f"name {chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(100)]
    names[3] = "-"
    gaps: list[str | None] = [None if n % 9 == 0 else f"w{n}" for n in range(100)]
    assert learned(table(["a", "name"], list(zip(gaps, names, strict=True)))) == []


def test_a_date_in_another_order_and_a_thirteenth_month_are_odd() -> None:
    texts: list[str | None] = [f"{1 + n % 12}/{1 + n % 28}/{70 + n % 30}" for n in range(100)]
    texts[0], texts[1], texts[2] = "97/4/18", "13/13/99", None
    assert column(texts) == [("1", "97/4/18", "4/18/97"), ("2", "13/13/99", None)]


def test_a_date_that_fits_an_order_which_all_others_fit_too_is_not_odd() -> None:
    texts: list[str | None] = [f"{1 + n % 12:02d}.{1 + n % 11:02d}.2020" for n in range(60)]
    texts[7] = "25.01.2020"
    assert column(texts) == []


def test_a_year_far_from_the_others_is_odd_and_the_next_one_is_not() -> None:
    texts: list[str | None] = [f"{2016 + n % 3}-{1 + n % 12:02d}-05" for n in range(120)]
    texts[5], texts[6] = "2107-03-05", "2019-01-05"
    assert [found[:2] for found in column(texts)] == [("6", "2107-03-05")]


def test_a_fraction_of_a_second_is_written_where_there_is_one() -> None:
    texts = [f"2020-01-{1 + n % 28:02d} 10:00:{n % 60:02d}" + (f".{n:06d}" if n % 20 else "") for n in range(100)]
    assert column(list(texts)) == []


def test_a_number_far_from_the_others_is_odd() -> None:
    texts: list[str | None] = [f"{40 + (7 * n) % 45}.{n % 10}" for n in range(200)]
    texts[9], texts[10], texts[11] = "6200", "-61.5", None
    assert [found[:2] for found in column(texts)] == [("10", "6200"), ("11", "-61.5")]


def test_numbers_that_spread_widely_or_reach_zero_have_no_bounds() -> None:
    assert column([f"{int(1.05**n)}" for n in range(300)]) == []
    texts: list[str | None] = [str(1 + n % 50) for n in range(200)]
    texts[9] = "-4"
    assert column(texts) == []


def test_what_a_spreadsheet_made_of_pages_is_odd() -> None:
    texts: list[str | None] = [f"{100 + n}-{n % 9 + 1}" if n % 3 else str(200 + n) for n in range(90)]
    texts[4], texts[5] = "Jun-70", "4-Mar"
    assert [found[:2] for found in column(texts)] == [("5", "Jun-70"), ("6", "4-Mar")]
    assert column([f"{n % 28 + 1}-{('Jan', 'Feb', 'Mar')[n % 3]}" for n in range(90)]) == []


def test_a_sign_left_over_at_the_end_is_odd_and_a_usual_one_is_not() -> None:
    texts: list[str | None] = [f"town {chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(300)]
    texts[7] = "town of rest-*"
    assert column(texts) == [("8", "town of rest-*", "town of rest")]
    assert column([f"{text}*" if n % 9 == 0 else text for n, text in enumerate(texts)]) == []


def test_numbers_with_a_letter_of_their_own_are_a_sort_and_one_alone_is_not() -> None:
    numbers: list[str | None] = [f"C{4000 + n}" if n % 20 == 0 else str(4000 + n) for n in range(400)]
    assert column(numbers) == []
    numbers[7] = "4O07"
    assert [found[:2] for found in column(numbers)] == [("8", "4O07")]


def test_a_word_as_frequent_as_the_codes_is_one_of_them() -> None:
    codes: list[str | None] = ["POST" if n % 25 == 0 else str(22000 + n % 60) for n in range(300)]
    assert column(codes) == []
    codes[7] = "PSOT"
    assert [found[:2] for found in column(codes)] == [("8", "PSOT")]


def test_numbers_that_end_in_letters_of_many_kinds_are_codes() -> None:
    letters = ("A", "B", "BL", "C", "FC", "G", "L", "N", "P", "RD", "S", "W")
    codes: list[str | None] = [f"{84000 + n}{letters[n % 12] if n % 5 == 0 else ''}" for n in range(300)]
    assert column(codes) == []
    amounts: list[str | None] = [f"{84000 + n}{('kg', 'g')[n % 2] if n % 50 == 0 else ''}" for n in range(300)]
    assert len(column(amounts)) == 6


def test_a_user_of_another_kind_and_a_counter_that_grew_are_not_odd() -> None:
    users: list[str | None] = ["admin2" if n % 15 == 0 else f"User{10 + n % 14}" for n in range(300)]
    assert column(users) == []
    assert column([f"Group {n % 11}" for n in range(300)]) == []


def test_large_letters_blanks_and_dots_alone_make_no_other_text() -> None:
    texts: list[str | None] = [("Ann. Surg. Med.", "Rev. Paed. Int.")[n % 2] for n in range(60)]
    texts[4], texts[5] = "Ann Surg Med", "REV. PAED.  INT."
    assert column(texts) == [("5", "Ann Surg Med", "Ann. Surg. Med."), ("6", "REV. PAED.  INT.", "Rev. Paed. Int.")]


def test_a_town_of_nearly_the_same_name_in_another_state_is_no_slip() -> None:
    towns = ("anapolis", "salvador", "campinas", "goiania", "itabuna", "marilia")
    rows = [[towns[n % 6], ("GO", "BA", "SP")[n % 3]] for n in range(240)]
    rows += [["anapoliz", "GO"], ["canapolis", "SP"]]
    found = [hit for hit in learned(table(["town", "state"], rows)) if hit[1] == "town"]
    assert [(hit[0], hit[3], hit[4]) for hit in found] == [("241", "anapoliz", "anapolis")]


def test_a_text_that_belongs_into_another_column_is_odd() -> None:
    rows = [
        [("Asia", "Europe", "Africa")[n % 3], ("dry", "wet")[n % 2], f"Place {chr(97 + n % 26)}{chr(97 + n // 26)}"]
        for n in range(240)
    ]
    rows[5][0], rows[6][1], rows[7][2] = "wet", "12", "Asia"
    found = [hit for hit in learned(table(["continent", "climate", "place"], rows)) if hit[2] == "format"]
    # A place may be called as it likes; climates and continents come again and again.
    assert [hit[:2] + hit[3:4] for hit in found] == [("6", "continent", "wet"), ("7", "climate", "12")]


def test_what_two_columns_have_in_common_belongs_into_both() -> None:
    rows = [[("Luxembourg", "Gent", "Paris")[n % 3], ("Luxembourg", "Belgium", "France")[n % 3]] for n in range(240)]
    rows[5] = ["Belgium", "France"]
    found = [hit[:2] for hit in learned(table(["town", "country"], rows)) if hit[2] == "format"]
    assert found == []


def test_a_decimal_comma_among_points_is_odd() -> None:
    texts: list[str | None] = [f"{n % 40}.{10 + n % 90}" for n in range(100)]
    texts[3] = "20,70"
    assert column(texts) == [("4", "20,70", "20.70")]
