"""Markdown: what is nested however deep keeps every word, for a page and for the script of one."""

import re
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.kernel.limits import PROSE_CELLS_MAX, PROSE_TOLD_STEPS_MAX
from fairhand.web.prose import Room, render, tree
from tests.counts import count

_BLOCKS = st.sampled_from(["> ", "- ", "1. ", "* "])
_OPENS = _BLOCKS | st.sampled_from(["7) ", "   ", "\t", "# ", "**", "_", "`", "[", "](x)", "~~~ ", "```", "| "])
_WORD = st.integers(0, 99_999).map(lambda n: f"w{n}w")
_LINE = st.tuples(
    st.lists(_OPENS, max_size=60) | st.lists(_BLOCKS, min_size=15, max_size=60),
    st.lists(_WORD | _OPENS, min_size=1, max_size=6),
).map(lambda line: "".join(line[0]) + " ".join(line[1]))
_TEXT = st.lists(_LINE | st.just(""), max_size=12).map("\n".join)


def said(drawn: list[Any]) -> str:
    """The words of a tree, with what a script makes of a list's number left out."""
    return " ".join(each if isinstance(each, str) else said(each[2]) for each in drawn)


@settings(max_examples=count(200, 5_000), deadline=None)
@given(_TEXT)
def test_every_word_of_nested_markdown_is_there(text: str) -> None:
    words = re.findall(r"w\d+w", text)
    shown = unescape(re.sub(r"<[^>]*>", " ", render(text)))
    assert [word for word in words if word not in shown and not _named_a_language(word, text)] == []
    assert [word for word in words if word not in said(tree(text)) and not _named_a_language(word, text)] == []


def _named_a_language(word: str, text: str) -> bool:
    """The name behind the fence of a block of code says what it is written in."""
    return re.search(rf"(?:```|~~~)[^\n]*{word}", text) is not None


@pytest.mark.parametrize("opens", ["> ", "- ", "1. ", "> - ", "- > 1. "])
def test_what_stands_deeper_than_the_parser_goes_is_shown_flat(opens: str) -> None:
    text = f"before\n\n{opens * 40}deep *words*\n\nbehind"
    assert "<em>words</em>" in render(text)
    assert "deep" in said(tree(text))
    assert tree(text)[-1] == ["p", "", ["behind"]]
    assert len(re.findall("<(?:blockquote|ul|ol)>", render(text))) <= 21


def test_of_what_a_model_said_nothing_is_hidden() -> None:
    text = "[a]: http://e.example 'behind an address'\n\n```py words that are no language\nx\n```\n\n5. five"
    made = tree(text)
    assert "behind an address" in said(made)
    assert "words that are no language" in said(made)
    assert made[-1] == ["ol", "5", [["li", "", ["five"]]]]


def test_marks_in_marks_by_the_thousand_are_drawn_flat() -> None:
    text = "*_" * 5_000 + "word" + "_*" * 5_000
    made, depth = tree(text), 0
    assert "word" in said_flat(made)
    while made and isinstance(made[0], list):
        made, depth = made[0][2], depth + 1
    assert depth <= 40


def said_flat(drawn: list[Any]) -> str:
    return re.sub(r"[^a-z]", "", repr(drawn))


def test_of_a_table_of_few_letters_and_millions_of_cells_so_many_are_made_and_every_word_is_there() -> None:
    wide = 250
    text = "|".join(["h"] * wide) + "\n" + "|".join(["-"] * wide) + "\n" + "".join(f"|w{n}w\n" for n in range(300))
    shown, room = render(f"{text}\n{text}"), Room()
    assert wide < shown.count("<td") + shown.count("<th>") <= PROSE_CELLS_MAX
    assert all(f"w{n}w" in shown for n in range(300))
    drawn = said(tree(text, room))
    assert all(f"w{n}w" in drawn for n in range(300))
    assert PROSE_TOLD_STEPS_MAX - room.steps < 4 * PROSE_CELLS_MAX, "what is drawn is counted"
    small = "|a|b|\n|-|-|\n|c|d|\n\n"
    assert render(small * 100).count("<td") == 200


def test_brackets_by_the_thousand_are_no_links_and_every_one_is_there() -> None:
    assert said_all(tree("[" * 20_000)) == "[" * 20_000
    links = render("[a](b) " * 6_000)
    assert 4_000 < links.count("<a ") <= 5_000
    assert links.count("[a](b)") + links.count("<a ") == 6_000


def said_all(drawn: list[Any]) -> str:
    return "".join(each if isinstance(each, str) else said_all(each[2]) for each in drawn)
