"""Formulas in Markdown: what is one, what comes of it, and that nothing hostile or huge gets beyond its letters."""

import json
import re
import time
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.kernel.limits import FORMULA_CHARS_MAX, FORMULA_DEPTH_MAX, FORMULA_STRUCK_MAX, FORMULAS_TOLD_BYTES_MAX
from fairhand.web.mathematics import drawing, mathml
from fairhand.web.prose import Room, render, tree
from tests.counts import count

_ATTRIBUTES = {
    "display", "dir", "encoding", "mathvariant", "stretchy", "fence", "accent", "accentunder", "largeop",
    "movablelimits", "separator", "symmetric", "form", "minsize", "maxsize", "lspace", "rspace", "width", "height",
    "depth", "linebreak", "voffset", "linethickness", "displaystyle", "bevelled", "scriptlevel", "notation",
    "columnalign", "rowalign", "columnlines", "rowlines", "rowspacing", "columnspacing", "frame",
}  # fmt: skip


@pytest.mark.parametrize("text", [r"$x^2$", r"\(x^2\)", "$$x^2$$", r"\[x^2\]", "$$\nx^2\n$$"])
def test_formulas_are_found_in_all_ways_of_writing_them(text: str) -> None:
    shown = render(f"Let {text} be.")
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in shown
    assert 'dir="ltr"' in shown
    assert ('display="block"' in shown) == (text[:2] in ("$$", r"\["))
    assert '<annotation encoding="application/x-tex">x^2</annotation>' in shown


@pytest.mark.parametrize("text", [
    "It costs $5 and $6.", "$5-$6", "US$3 or 4$", "$ x $", r"\$x\$", "`$x$`", "```\n$x$\n```", "$x", "$$", "$$$$",
    "a$x$b", "$x$5", r"\(x", r"\( \)",
])  # fmt: skip
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert "<math" not in render(text)


def test_markdown_within_and_around_goes_on_as_before() -> None:
    shown = render("**Bold $a_1 + b_2$ and** *more* $a_1*b$ *end*\n\n| a |\n|--|\n| $x$ |")
    assert shown.count("<math") == 3
    assert "<strong>" in shown
    assert shown.count("<em>") == 2
    assert '<td><span class="formula" dir="ltr"><math' in shown


@pytest.mark.parametrize("latex", [
    r"\href{javascript:alert(1)}{x}", r"\htmlData{a=b}{x}", r"\newcommand{\a}{\a\a}\a", r"\def\a{\a\a}\a",
    r"\style{color:red}{x}", r"\class{a}{x}", r"\input{/etc/passwd}", r"\url{//x}", r"\frac{", "x^",
    r"\raise90em{\text{Accepted}}", r"\lower9em{x}", r"\raise2em{\raise2em{x}}", r"\hspace{-99em}\text{Paid}",
    r"\kern-1em" * 9 + "x",
    "{" * 41 + "}" * 41, "^" * 60, r"\left(" * 60, r"\includegraphics{http://x/y.png}",
    "x" * (FORMULA_CHARS_MAX + 1),
])  # fmt: skip
def test_what_reaches_out_defines_or_cannot_be_read_stays_as_it_was_written(latex: str) -> None:
    assert mathml(latex, False) is None
    shown = render(f"${latex}$")
    assert "<math" not in shown
    assert "href" not in re.sub(r"<code.*?</code>|<p>.*?</p>", "", shown, flags=re.DOTALL)


@pytest.mark.parametrize("latex", [
    r"\text{<script>alert(1)</script>}", r"\text{&lt;img src=x onerror=alert(1)&gt;}",
    r"\color{red;background:url(//x)}{x}",
    r"\rule{10000000em}{1000000em}", r"\hspace{100000em}", r"\hspace{9999em}", r"\raise9999em{x}",
    r"\mathrm{\"><svg onload=alert(1)>}", r"\textcolor{#fff}{x}",
])  # fmt: skip
def test_of_what_is_drawn_only_known_elements_and_small_values_pass(latex: str) -> None:
    made = mathml(latex, False)
    assert made is not None
    _only_known(made)
    assert not re.search(r'="[^"]*\d{4}', made), "no size takes the page"


@pytest.mark.parametrize("latex", [r"\raise0.5em{x}", r"a\!b\!c", r"\hspace{9em}x"])
def test_what_moves_a_little_is_drawn(latex: str) -> None:
    assert mathml(latex, False) is not None


def _only_known(made: str) -> None:
    for element in fromstring(made).iter():  # it is well formed, or this fails
        assert re.fullmatch(r"math|semantics|annotation|none|m[a-z]+", element.tag), element.tag
        assert set(element.attrib) <= _ATTRIBUTES, element.attrib


_PIECES = st.sampled_from([
    "x", "1", "+", "{", "}", "^", "_", "&", "\\\\", " ", "<", ">", "'", '"', "\\frac", "\\sqrt", "\\left(", "\\right)",
    "\\text",
    "\\begin{matrix}", "\\end{matrix}", "\\sum", "\\int", "\\overline", "\\mathbb", "\\color{red}",
    "\\href{javascript:x}",
    "\\unknown", "$", "٣", "س", "\u202e", "\x00", "&lt;script&gt;", "[", "]", "%", "#", "~", "\\def\\a", "\\hline",
    "\\limits",
])  # fmt: skip


@settings(max_examples=count(300, 10_000), deadline=None)
@given(st.lists(_PIECES, max_size=60).map("".join), st.booleans())
def test_anything_written_is_drawn_from_the_list_or_stays_as_it_was(latex: str, display: bool) -> None:
    made = mathml(latex, display)
    if made is not None:
        _only_known(made.replace("\x00", "").replace("\ufffe", ""))
    assert "<script" not in render(f"${latex}$")


@pytest.mark.parametrize("text", [
    "$" * 20_000, r"\(" * 10_000, "$a " * 20_000, "$x_" * 7_000, ("$" + r"\frac{1}{2}" * 150 + "$ ") * 60,
    ("$" + "{x}_{" * (FORMULA_DEPTH_MAX - 1) + "}" * (FORMULA_DEPTH_MAX - 1) + "$ ") * 300,
    "".join(f"$x_{{{n}}}^{{{n}}}$ " for n in range(5_000)),
])  # fmt: skip
def test_hostile_lengths_take_no_time(text: str) -> None:
    before = time.process_time()
    render(text)
    assert time.process_time() - before < 5, "seconds of our own time, not of the clock"


@pytest.mark.parametrize("command", [r"\dfrac", r"\sqrt", r"\cases 1", r"\cancel", r"\boxed", r"\cancel\boxed"])
def test_commands_nest_without_braces_and_not_without_end(command: str) -> None:
    for many in (1, 8, 40, 90, 200, 900 // len(command) * 2):
        text = f"${command * many} x$"
        shown, drawn = render(text), tree(text)
        assert ("<math" in shown) == ("math" in json.dumps(drawn)[:40])
        assert shown.count("<menclose") <= FORMULA_STRUCK_MAX
        if "<math" not in shown:
            assert command in shown, "it stays as it was written"
    assert "<math" not in render(f"${command * 200} x$")


@pytest.mark.parametrize("command", [r"\phantom{x}", r"\smash{x}", r"\rlap{x}", r"\mathllap{x}", r"\hphantom{x}"])
def test_no_word_of_a_formula_is_hidden(command: str) -> None:
    assert "<math" not in render(f"$a {command}$")


def test_what_a_script_draws_has_every_formula_with_its_source() -> None:
    a = ["mrow", 0, [["msup", 0, [["mi", 0, ["a"]], ["mn", 0, ["2"]]]]]]
    assert tree("So $a^2$ and \\(\\frac{\\).") == [
        ["p", "", ["So ", ["math", "inline", [a], "a^2"], " and ", ["code", "", ["\\(\\frac{\\)"]], "."]]
    ]
    assert tree("$$x$$") == [["p", "", [["math", "block", [["mrow", 0, [["mi", 0, ["x"]]]]], "x"]]]]


@settings(max_examples=count(200, 10_000), deadline=None)
@given(st.lists(_PIECES, max_size=60).map("".join), st.booleans())
def test_a_script_is_given_the_same_elements_as_a_page(latex: str, display: bool) -> None:
    made, written = drawing(latex, display), mathml(latex, display)
    assert (made is None) == (written is None)
    if made is not None and written is not None and not re.search("[\x00\ufffe]", written):
        _, _, inside, source = json.loads(made)
        page = fromstring(written)[0]
        assert [_listed(each) for each in page[0]] == inside
        assert source == latex


def _listed(element: Element) -> list[object]:
    inside = [element.text] if element.text else []
    return [element.tag, element.attrib or 0, [*inside, *map(_listed, element)]]


def test_formulas_of_many_answers_at_once_are_drawn_as_long_as_there_is_room() -> None:
    room, said = Room(), "".join(f"$x_{{{n}}}^{{{n}}}$ " for n in range(5_000))
    before = time.process_time()
    made = [json.dumps(tree(said, room)) for _ in range(10)]
    assert time.process_time() - before < 5, "seconds of our own time, not of the clock"
    assert sum(map(len, made)) < 3 * FORMULAS_TOLD_BYTES_MAX
    assert '"math"' in made[0]
    assert '"math"' not in made[-1]
    assert made[-1].count('["code", "", ["$x_') == 5_000, "what isn't drawn is there as it was written"
