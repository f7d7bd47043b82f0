"""Dependencies of a table: what they measure, worked by hand; what is a hit, what just is none, and what nulls do."""

import pytest

from tests.learned_fixture import learned, one, table

TOWNS = ("Gent", "Brugge", "Aalst", "Ieper", "Tielt", "Ronse")


def towns(size: int = 10) -> list[list[str | None]]:
    """Six towns, each with its zip, `size` rows each, in a mixed order."""
    return [[TOWNS[n % 6], str(9000 + 100 * (n % 6))] for n in range(6 * size)]


def test_support_agreement_and_strength_are_those_worked_by_hand() -> None:
    rows = towns()
    rows[0][1] = "9000x"
    con = table(["town", "zip"], rows)
    learned(con)
    support, groups, agreement, chance, recurring, noise, unclear, strength = one(
        con,
        "SELECT support, groups, agreement, chance, recurring, noise, unclear, strength FROM learned.dependencies "
        "WHERE determinant = 'town' AND dependent = 'zip'",
    )
    # Five towns of ten equal rows agree wholly; in the sixth nine rows agree with eight of their nine fellows.
    assert (support, groups) == (60, 6)
    assert agreement == pytest.approx((50 + 9 * 8 / 9) / 60)
    assert chance == pytest.approx((5 * 10 * 9 + 9 * 8) / (60 * 59))
    assert strength == pytest.approx((agreement - chance) / (1 - chance))
    assert (recurring, noise, unclear) == (0, 0, 0)


def test_a_deviating_value_is_a_hit_that_tells_its_evidence() -> None:
    rows = towns()
    rows[0][1] = "9100"
    con = table(["town", "zip", "mayor"], [[*row, f"M{row[0]}"] for row in rows])
    assert learned(con) == [("1", "zip", "dependency", "9100", "9000")]
    evidence, confidence = one(con, "SELECT evidence, confidence FROM learned.hits")
    assert (
        evidence
        == "9 of 9 other rows with mayor MGent have 9000; another column says the same (learned from the records themselves, version 1)"
    )
    assert 0.8 < confidence < 1


def test_a_value_that_recurs_in_its_group_is_a_habit() -> None:
    rows = towns()
    rows[0][1] = rows[6][1] = rows[12][1] = "9999"
    assert learned(table(["town", "zip"], rows)) == []


def test_the_same_slip_may_be_made_twice() -> None:
    rows = [[TOWNS[n % 6], f"province of {TOWNS[n % 6]}"] for n in range(120)]
    rows[0][1] = rows[6][1] = "provimce of Gent"
    found = learned(table(["town", "province"], rows))
    assert [hit[0] for hit in found] == ["1", "7"]
    assert {hit[4] for hit in found} == {"province of Gent"}


def test_a_gap_that_the_others_fill_is_a_hit_and_an_empty_column_is_none() -> None:
    rows = [[*row, None] for row in towns()]
    rows[0][1] = None
    assert learned(table(["town", "zip", "nothing"], rows)) == [("1", "zip", "dependency", None, "9000")]


def test_nothing_follows_from_a_value_that_is_not_there() -> None:
    rows = towns()
    rows[0][0] = None
    assert learned(table(["town", "zip"], rows)) == [("1", "town", "dependency", None, "Gent")]


def test_a_column_that_only_goes_along_decides_nothing() -> None:
    rows = [[f"s{n % 5}", "12" if (n // 5) % 2 else "16"] for n in range(100)]
    con = table(["shelf", "size"], rows)
    assert learned(con) == []
    assert con.execute("FROM learned.dependencies").fetchall() == []


def test_the_cell_at_which_most_dependencies_break_is_blamed() -> None:
    rows = [[*row, f"M{row[0]}", f"P{row[1]}"] for row in towns()]
    rows[0] = ["Brugge", *rows[0][1:]]
    # The town breaks with three columns, each of them with the town alone.
    assert learned(table(["town", "zip", "mayor", "post"], rows)) == [("1", "town", "dependency", "Brugge", "Gent")]


def test_where_two_cells_accuse_each_other_nobody_can_tell() -> None:
    rows = towns()
    rows[0][1] = "9100"
    assert learned(table(["town", "zip"], rows)) == []


def test_two_columns_decide_together_what_neither_does_alone() -> None:
    rates = {("N", "single"): "11", ("N", "married"): "12", ("S", "single"): "12", ("S", "married"): "11"}
    rates |= {("W", "single"): "13", ("W", "married"): "14"}
    keys = [(region, status) for region in "NSW" for status in ("single", "married")]
    rows = [[*keys[n % 6], rates[keys[n % 6]], str(n)] for n in range(120)]
    rows[0][2] = "14x"
    con = table(["region", "status", "rate", "no"], rows)
    assert [hit[:3] for hit in learned(con)] == [("1", "rate", "dependency")]
    names = con.execute("SELECT name FROM learned.combinations").fetchall()
    assert ("region + status",) in names


def test_the_habit_of_another_value_explains_a_deviation() -> None:
    """Twelve measures have an average of the state; the eight rows of the far state have averages of their own."""
    rows = [[f"m{n % 12}", "home", f"home m{n % 12}"] for n in range(240)]
    rows += [[f"m{n}", "far", f"far m{n}"] for n in range(8)]
    con = table(["measure", "state", "average"], rows)
    assert learned(con) == []
    assert ("average", "state", "far", 8, 8) in con.execute(
        "SELECT dependent, column_name, value, deviating, n FROM learned.exceptions"
    ).fetchall()


def test_where_several_voices_tell_of_one_thing_a_repeated_error_is_one() -> None:
    voices = [f"voice {letter}" for letter in "abcdefghijklmnopqrst"]
    rows = [[voice, f"F{flight}", f"{flight % 12 + 1}:{flight:02d}"] for flight in range(20) for voice in voices]
    for number in range(0, 400, 20):
        for step in range(4):
            rows[number + step][2] = "23:59" if step % 2 else f"{number // 20 + 5}:58"
    found = learned(table(["voice", "flight", "at"], rows))
    assert len(found) == 80
    assert {hit[2] for hit in found} == {"dependency"}


def test_what_is_learned_twice_from_the_same_rows_is_the_same_version() -> None:
    con = table(["town", "zip"], towns())
    learned(con)
    learned(con)
    assert con.execute("SELECT version, records FROM learned.versions").fetchall() == [(1, 60)]


def test_other_parameters_make_a_new_version() -> None:
    con = table(["town", "zip"], towns())
    learned(con)
    learned(con, strength=0.9)
    assert con.execute("SELECT version FROM learned.versions ORDER BY 1").fetchall() == [(1,), (2,)]


def test_gaps_that_another_column_decides_are_a_habit_and_one_beyond_it_is_not() -> None:
    """A delivery date is known from the issue of the goods on; the order decides which date it is."""
    steps = ("entry", "credit", "pick", "issue", "invoice", "payment")
    rows: list[list[str | None]] = [
        [f"o{n // 6}", steps[n % 6], f"2020-01-{1 + n // 6:02d}" if n % 6 >= 2 else None] for n in range(168)
    ]
    assert learned(table(["order", "step", "delivered"], rows)) == []
    rows += [["o99", f"s{n}", "2020-03-01" if n else None] for n in range(8)]
    assert [hit[:2] for hit in learned(table(["order", "step", "delivered"], rows))] == [("169", "delivered")]
    loose: list[list[str | None]] = [[f"o{n // 6}", steps[n % 6], f"2020-01-{1 + n // 6:02d}"] for n in range(168)]
    loose[40][2] = None
    assert [hit[:2] for hit in learned(table(["order", "step", "delivered"], loose))] == [("41", "delivered")]


def test_a_dependency_that_only_noise_makes_is_none() -> None:
    """Nearly all have one answer; that many countries agree on it in a year says nothing of a year."""
    rows = [[f"country {chr(97 + n % 20)}", f"{1950 + n // 20}", "0" if (n * 7) % 13 < 2 else "1"] for n in range(400)]
    assert learned(table(["country", "year", "observed"], rows)) == []


def test_a_column_that_is_nearly_a_key_decides_where_its_values_come_again() -> None:
    rows = [[f"p{n}", f"c{n % 7}"] for n in range(400)] + [[f"p{500 + n % 20}", f"c{n % 20 % 7}"] for n in range(180)]
    rows[410][1] = "c6x"
    con = table(["product", "category"], rows)
    assert [hit[:2] for hit in learned(con)] == [("411", "category")]
    assert ("product", "category") in con.execute("SELECT determinant, dependent FROM learned.dependencies").fetchall()


def test_nothing_follows_from_a_word_for_no_value() -> None:
    rows = [[*row, f"M{row[0]}"] for row in towns()]
    rows += [["unknown", "9100", "MBrugge"]] * 5 + [["unknown", "9200", "MAalst"]]
    found = learned(table(["town", "zip", "mayor"], rows))
    assert [hit for hit in found if hit[1] != "town"] == []
