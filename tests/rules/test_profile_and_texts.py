"""Profiles, differences between texts, columns of a chart, cells of a table: pure rules of the pages of one person."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairhand.kernel.limits import PROFILE_TAG_CHARS_MAX, PROFILE_TAGS_MAX
from fairhand.people.codes import country_code, language_code
from fairhand.people.profile import NewProfile, problems_of_profile, tags_of
from fairhand.web.columns import columns
from fairhand.web.differences import differences
from fairhand.web.figures import kept_in
from fairhand.web.own_files import cell

GOOD = NewProfile("Amal", "", ("Arabic",), (), "", "Asia/Dubai")
ZONES = {"Asia/Dubai", "UTC"}
LINES = st.lists(st.text("ab \n#", max_size=12), max_size=12).map("\n".join)


def test_tags_are_read_in_either_script_and_each_once() -> None:
    assert tags_of("Arabic, law ,LAW،  عقود ؛;\n x  y") == ("Arabic", "law", "عقود", "x y")
    assert tags_of(" ,، ") == ()


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"name": "  "}, {"name": "required"}),
        ({"name": "a\u202eb"}, {"name": "bad_character"}),
        ({"about": "\x00"}, {"about": "bad_character"}),
        ({"about": "x" * 2001}, {"about": "too_long"}),
        ({"languages": ("x" * (PROFILE_TAG_CHARS_MAX + 1),)}, {"languages": "too_long"}),
        ({"domains": tuple(map(str, range(PROFILE_TAGS_MAX + 1)))}, {"domains": "too_many"}),
        ({"tz": "Mars/Olympus"}, {"tz": "unknown_zone"}),
        ({"language_codes": ("ar", "fil")}, {}),
        ({"language_codes": ("ar", "mul")}, {"language_codes": "unknown_code"}),
        ({"language_codes": ("ar",) * (PROFILE_TAGS_MAX + 1)}, {"language_codes": "too_many"}),
        ({"country_code": "EU"}, {"country_code": "unknown_code"}),
        ({"about": "line one\nline two"}, {}),
    ],
)
def test_what_a_profile_may_hold(changed: dict[str, object], wrong: dict[str, str]) -> None:
    parts = {name: getattr(GOOD, name) for name in NewProfile.__slots__} | changed
    assert problems_of_profile(NewProfile(**parts), ZONES) == wrong


@pytest.mark.parametrize(
    ("text", "language", "country"),
    [
        ("Arabic", "ar", ""), (" العربية ", "ar", ""), ("FRANÇAIS", "fr", ""), ("Filipino", "fil", ""),
        ("Klingonish", "", ""), ("", "", ""), ("jordan", "", "JO"), ("مصر", "", "EG"), ("Deutschland", "", "DE"),
        ("USA", "", "US"), ("eg", "", "EG"), ("Europe", "", ""),
    ],
)  # fmt: skip
def test_what_people_write_of_languages_and_countries_has_its_code(text: str, language: str, country: str) -> None:
    assert (language_code(text), country_code(text)) == (language, country)


@given(LINES, LINES)
def test_the_difference_leads_from_the_old_text_to_the_new(old: str, new: str) -> None:
    def told(text: str) -> list[str]:
        return [line.rstrip() for line in text.split("\n") if line.strip()]

    lines = differences(old, new)
    if told(old) == told(new):
        assert lines == []
        return
    for text, gone, come in ((told(old), "added", "removed"), (told(new), "removed", "added")):
        place = 0
        for line in lines:
            if line.kind == "skipped":
                place += line.n
            elif line.kind != gone:
                assert text[place] == line.text
                assert line.kind == "same" or not line.parts or "".join(part for part, _ in line.parts) == line.text
                place += 1
        assert place == len(text), come


def test_a_changed_word_is_marked_and_long_stretches_are_folded() -> None:
    old = "\n".join(["# One", *(f"Line {n}." for n in range(20)), "A tie is rare."])
    lines = differences(old, old.replace("rare", "common"))
    assert [line.kind for line in lines] == ["skipped", "same", "removed", "added"]
    assert (lines[0].n, [part for part, changed in lines[3].parts if changed]) == (20, ["common."])


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=20), st.booleans())
def test_columns_stay_in_their_drawing(values: list[int], rtl: bool) -> None:
    drawn = columns([(str(at), value, str(value)) for at, value in enumerate(values)], rtl)
    if not any(values):
        assert drawn is None
        return
    assert drawn is not None
    assert [row[1] for row in drawn.rows] == [str(value) for value in values]
    places = [float(each.x[:-1]) for each in drawn.columns]
    assert places == sorted(places, reverse=rtl)
    for each, value in zip(drawn.columns, values, strict=True):
        assert 0 <= float(each.x[:-1]) <= float(each.x[:-1]) + float(each.width[:-1]) <= 100.01
        assert (each.height > 0) == (value > 0)
        assert each.y + each.height == drawn.foot
    assert str(max(values)) in {each.top_label for each in drawn.columns}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "\n=1"])
def test_no_text_becomes_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_numbers_stay_numbers() -> None:
    assert (cell(Decimal("-0.12")), cell(-3), cell(None), cell("plain = text")) == ("-0.12", "-3", "", "plain = text")


@given(st.text(alphabet="ab\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e", max_size=30))
def test_direction_controls_of_a_text_end_in_it(text: str) -> None:
    kept = kept_in(text)
    open_ends: list[str] = []
    for letter in kept:
        if letter in "\u2066\u2067\u2068":
            open_ends.append("\u2069")
        elif letter in "\u202a\u202b\u202d\u202e":
            open_ends.append("\u202c")
        elif letter in "\u2069\u202c":
            assert open_ends.pop() == letter
    assert open_ends == []
    assert [letter for letter in kept if letter in "ab"] == [letter for letter in text if letter in "ab"]
    assert kept_in(kept) == kept
