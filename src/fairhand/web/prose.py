"""Markdown as HTML, or as a tree for a script. HTML inside it is shown, not run; pictures are left out, their words and
addresses stay; links open in a new tab; formulas are MathML (web/mathematics.py)."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import table
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.link import link
from markdown_it.token import Token

from fairhand.kernel.limits import (
    FORMULAS_TOLD_BYTES_MAX,
    FORMULAS_TOLD_CHARS_MAX,
    PROSE_BRACKETS_MAX,
    PROSE_CELLS_MAX,
    PROSE_CHARS_PER_STEP,
    PROSE_TOLD_STEPS_MAX,
)
from fairhand.web.mathematics import drawing, enable_mathematics

_HEADING_MAX = 6
_NESTED_MAX = 20  # quotes and lists in each other; what stands deeper is a paragraph


def render(text: str | None) -> SafeString:
    """Markdown (CommonMark and tables) to HTML. Headings go one level down: the page has its own first."""
    # The renderer escapes all text and refuses script addresses; `html` is off.
    return mark_safe(_markdown.render(text or ""))  # noqa: S308


# What a script may make elements of; whatever else stands in a text is its words.
_DRAWN = frozenset(
    {"p", "strong", "em", "code", "pre", "ul", "ol", "li", "blockquote", "hr", "br", "a", "table", "thead", "tbody"}
    | {"tr", "th", "td", *(f"h{n}" for n in range(1, _HEADING_MAX + 1))}
)
_TREE_DEPTH_MAX = 40
_LANGUAGE = re.compile(r"[A-Za-z0-9+#._-]{0,20}")  # of a block of code; whatever else stands there was said


@dataclass(slots=True)
class Room:
    """How much of some texts is drawn at once. Of formulas: LaTeX that is converted, bytes that come of it; what is
    beyond stays as it was written. `steps`: parts of all kinds; whoever draws the texts leaves the rest for later."""

    chars: int = FORMULAS_TOLD_CHARS_MAX
    bytes: int = FORMULAS_TOLD_BYTES_MAX
    steps: int = PROSE_TOLD_STEPS_MAX


def tree(text: str, room: Room | None = None) -> list[Any]:
    """Markdown as a page's script draws it, without HTML: a text, or [tag, its address or "", what is in it]; of a list
    the number it begins with instead of an address; of a formula ["math", how it stands, its elements, its LaTeX].

    Everything that was said is in it. What stands deeper than a script goes has no element of its own.
    """
    room = room or Room()
    found: list[Any] = []
    inside = [found]  # the lists that are open; one that has no element is the one around it
    depth = [0]
    room.steps -= len(text) // PROSE_CHARS_PER_STEP
    for token in _flat_tokens(_told.parse(text)):
        room.steps -= 1
        if token.nesting < 0:
            inside.pop()
            depth.pop()
        elif token.nesting == 0:
            inside[-1].append(_leaf(token, room))
        else:
            tag = token.tag if token.type != "heading_open" else _lower(token.tag)
            drawn = tag in _DRAWN and not token.hidden and depth[-1] < _TREE_DEPTH_MAX
            if drawn:
                inside[-1].append([tag, str(token.attrs.get("href" if tag == "a" else "start", "")), []])
            inside.append(inside[-1][-1][2] if drawn else inside[-1])
            depth.append(depth[-1] + drawn)
    return found


def _flat_tokens(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type == "inline":
            yield from token.children or ()
        else:
            yield token


def _leaf(token: Token, room: Room) -> Any:
    if token.type in ("softbreak", "hardbreak"):
        return "\n" if token.type == "softbreak" else ["br", "", []]
    if token.type in ("fence", "code_block"):
        code = ["pre", "", [["code", "", [token.content]]]]
        info = token.info.strip()
        return code if _LANGUAGE.fullmatch(info) else ["blockquote", "", [["p", "", [["code", "", [info]]]], code]]
    if token.type == "code_inline":
        return ["code", "", [token.content]]
    if token.type == "formula":
        return _formula(token, room) or ["code", "", [token.markup]]
    return ["hr", "", []] if token.type == "hr" else token.content


def _formula(token: Token, room: Room) -> list[Any] | None:
    """A formula, where there is room for it and it can be read."""
    if len(token.content) > room.chars:
        return None
    room.chars -= len(token.content)
    made = drawing(token.content, token.meta["display"])
    if made is None or len(made) > room.bytes:
        return None
    room.bytes -= len(made)
    read: list[Any] = json.loads(made)
    return read


def _lower(tag: str) -> str:
    return f"h{min(_HEADING_MAX, int(tag[1:]) + 1)}"


def _flat(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """What stands deeper than the parser goes, which it would leave out: a paragraph, as it was written."""
    if state.level < _NESTED_MAX:
        return False
    if silent:
        return True
    line = start
    while line < end and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent):
        line += 1
    state.push("paragraph_open", "p", 1).map = [start, line]
    inline = state.push("inline", "", 0)
    inline.content, inline.map, inline.children = (
        state.getLines(start, line, state.blkIndent, False).strip(),
        [start, line],
        [],
    )
    state.push("paragraph_close", "p", -1)
    state.line = line
    return True


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table, as far as there is room for its cells; rows that are beyond are a paragraph, as they were written.

    A row of few letters may stand for hundreds of cells: their number is bounded, not the length of the text.
    """
    if start + 1 >= end:
        return False
    # Between its marks a line has no more columns than this.
    columns = state.src.count("|", state.bMarks[start + 1], state.eMarks[start + 1]) + 1
    rows = (PROSE_CELLS_MAX - state.env.get("cells", 0)) // columns
    if rows < 1 or not table(state, start, min(end, start + 1 + rows), silent):
        return False
    if not silent:
        state.env["cells"] = state.env.get("cells", 0) + columns * (state.line - start - 1)
    return True


def _bracket(state: StateInline, silent: bool) -> bool:
    """A link. Each bracket is looked at to find the one that closes it, which takes long where thousands are open."""
    if state.src[state.pos] != "[":
        return False
    state.env["brackets"] = state.env.get("brackets", 0) + 1
    return state.env["brackets"] <= PROSE_BRACKETS_MAX and link(state, silent)


def _heading(self: Any, tokens: list[Token], idx: int, options: Any, env: Any) -> str:
    token = tokens[idx]
    token.tag = _lower(token.tag)
    return str(self.renderToken(tokens, idx, options, env))


def _link(self: Any, tokens: list[Token], idx: int, options: Any, env: Any) -> str:
    tokens[idx].attrSet("target", "_blank")
    tokens[idx].attrSet("rel", "noopener noreferrer nofollow")
    return str(self.renderToken(tokens, idx, options, env))


def _cell(self: Any, tokens: list[Token], idx: int, options: Any, env: Any) -> str:
    # An inline style would be refused by our content security policy; the attribute says the same.
    style = str(tokens[idx].attrs.pop("style", ""))
    if side := style.removeprefix("text-align:"):
        tokens[idx].attrSet("align", side)
    return str(self.renderToken(tokens, idx, options, env))


def _make() -> MarkdownIt:
    # A list is two deep at once; the parser itself is never asked to go deeper than it does.
    made = MarkdownIt("commonmark", {"html": False, "maxNesting": _NESTED_MAX + 2}).enable("table").disable("image")
    made.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    made.inline.ruler.at("link", _bracket)
    made.block.ruler.before("table", "flat", _flat)
    made.add_render_rule("heading_open", _heading)
    made.add_render_rule("heading_close", _heading)
    made.add_render_rule("link_open", _link)
    made.add_render_rule("th_open", _cell)
    made.add_render_rule("td_open", _cell)
    return enable_mathematics(made)


_markdown = _make()
# Of what a model said nothing may be missing: an address that is given on a line of its own stays where it stands.
_told = _make().disable("reference")
