"""Formulas in Markdown: `$…$`, `\\(…\\)` in a line and `$$…$$`, `\\[…\\]` on lines of their own, as MathML.

What converts LaTeX is not trusted: of its tree only elements and attributes that are named here go on, with values of
the shape that is named here, and all text is escaped. A formula that is too long, too deep, defines commands or can't
be read stays as it was written. See docs/adr/0017-mathematics-on-the-server.md.
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape, unescape
from typing import Any
from xml.etree.ElementTree import Element  # trees are made here, nothing is parsed

from latex2mathml.converter import convert_to_element
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from fairhand.kernel.limits import (
    FORMULA_CHARS_MAX,
    FORMULA_DEPTH_MAX,
    FORMULA_ELEMENTS_MAX,
    FORMULA_MOVED_EM_MAX,
    FORMULA_STRUCK_MAX,
    FORMULA_TREE_DEPTH_MAX,
    FORMULAS_CHARS_MAX,
    FORMULAS_KEPT_MAX,
)

# Commands that define others could double what they say with each; the rest reaches out of a formula or its colours, or
# hides words from whoever judges them.
_REFUSED = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|(?:new|renew)environment|[egx]?def|let|futurelet|csname|input|include|require"
    r"|DeclareMathOperator|catcode|loop|expandafter|html[A-Za-z]*|href|url|style|class|cssId|includegraphics"
    r"|[vh]?phantom|smash|(?:math)?[rlc]lap)(?![A-Za-z])"
)
_YES = re.compile(r"true|false")
_LENGTH = re.compile(r"[+-]?(?:\d{0,2}\.\d{1,4}|\d{1,2})(?:em|ex|pt|px|mu)")
_SIDES = re.compile(r"(?:left|right|center)(?: (?:left|right|center)){0,30}")
_LENGTHS = re.compile(rf"{_LENGTH.pattern}(?: {_LENGTH.pattern}){{0,30}}")
_LINES = re.compile(r"(?:none|solid|dashed)(?: (?:none|solid|dashed)){0,30}")
_NUMBER = re.compile(r"[+-]?\d")
_TABLE = {"columnalign": _SIDES, "rowalign": _SIDES, "columnlines": _LINES, "rowlines": _LINES,
          "rowspacing": _LENGTHS, "columnspacing": _LENGTHS, "displaystyle": _YES, "frame": _LINES}  # fmt: skip
# Element -> its attributes -> the shape of their values.
_ALLOWED: Mapping[str, Mapping[str, re.Pattern[str]]] = {
    **{name: {} for name in (
        "mrow", "msqrt", "mroot", "msub", "msup", "msubsup", "mmultiscripts", "mprescripts", "none",
    )},
    **{name: {"mathvariant": re.compile(r"[a-z-]{1,30}")} for name in ("mi", "mn", "mtext")},
    "mo": {
        "stretchy": _YES, "fence": _YES, "accent": _YES, "largeop": _YES, "movablelimits": _YES, "separator": _YES,
        "symmetric": _YES, "form": re.compile(r"prefix|infix|postfix"), "minsize": _LENGTH, "maxsize": _LENGTH,
        "lspace": _LENGTH, "rspace": _LENGTH, "mathvariant": re.compile(r"[a-z-]{1,30}"),
    },
    "mspace": {"width": _LENGTH, "height": _LENGTH, "depth": _LENGTH, "linebreak": re.compile(r"newline")},
    "mpadded": {"width": _LENGTH, "lspace": _LENGTH, "voffset": _LENGTH, "height": _LENGTH, "depth": _LENGTH},
    "mfrac": {"linethickness": _LENGTH, "displaystyle": _YES, "bevelled": _YES},
    "mstyle": {"displaystyle": _YES, "scriptlevel": _NUMBER},
    "munder": {"accentunder": _YES}, "mover": {"accent": _YES}, "munderover": {"accent": _YES, "accentunder": _YES},
    "menclose": {"notation": re.compile(r"[a-z]{1,20}(?: [a-z]{1,20}){0,5}")},
    "mtable": _TABLE, "mtr": {"columnalign": _SIDES}, "mtd": {"columnalign": _SIDES},
    "mlabeledtr": {}, "mfenced": {},
}  # fmt: skip
# What takes its content away from its place, so that it could stand over other parts of the page: every size of the
# second, of the first what is below nothing. In em, since a formula has no other measure here.
_MOVES = {"mspace": ("width", "height", "depth"), "mpadded": ("lspace", "voffset", "height", "depth")}
_EM = {"em": 1.0, "ex": 0.5, "pt": 1 / 12, "px": 1 / 16, "mu": 1 / 18}
_IN_LINE = (("\\(", "\\)", False), ("\\[", "\\]", True), ("$$", "$$", True))


def enable_mathematics(made: MarkdownIt) -> MarkdownIt:
    """The same Markdown, with formulas."""
    made.inline.ruler.before("escape", "formula", _formula)
    made.add_render_rule("formula", _drawn)
    return made


@lru_cache(maxsize=FORMULAS_KEPT_MAX)
def mathml(latex: str, display: bool) -> str | None:
    """A formula as MathML; None where it has to stay as it was written."""
    tree = _converted(latex, display)
    if tree is None:
        return None
    inner = "".join(_written(each) for each in tree)
    shown = "block" if display else "inline"
    source = escape(latex, quote=False)
    return (
        f'<math display="{shown}" dir="ltr"><semantics><mrow>{inner}</mrow>'
        f'<annotation encoding="application/x-tex">{source}</annotation></semantics></math>'
    )


@lru_cache(maxsize=FORMULAS_KEPT_MAX)
def drawing(latex: str, display: bool) -> str | None:
    """The same for a script, which makes the elements itself: JSON of ["math", "block" or "inline", what is in it, the
    LaTeX], of which each element is [name, its attributes or 0, what is in it] or a text."""
    tree = _converted(latex, display)
    if tree is None:
        return None
    inner = [_listed(each) for each in tree]
    return json.dumps(["math", "block" if display else "inline", inner, latex], separators=(",", ":"))


def _converted(latex: str, display: bool) -> Element | None:
    """What a formula was made into, unless it is refused; its names and values are not looked at yet."""
    if len(latex) > FORMULA_CHARS_MAX or _depth(latex) > FORMULA_DEPTH_MAX or _REFUSED.search(latex):
        return None
    try:
        tree = convert_to_element(latex, display="block" if display else "inline")
    except Exception:  # it raises what it happens to, and a formula that can't be read is no news
        return None
    if not _bounded(tree):
        return None
    return tree if sum(_moved(each) for each in tree.iter()) <= FORMULA_MOVED_EM_MAX else None


def _bounded(tree: Element) -> bool:
    """Whether it has not too many elements, none too deep in others. Commands nest without braces too, so only the tree
    tells; it is walked level by level, since what is too deep can't be gone down into."""
    level, many = [tree], 0
    for _ in range(FORMULA_TREE_DEPTH_MAX):
        many += len(level)
        if not level or many > FORMULA_ELEMENTS_MAX:
            break
        level = [child for each in level for child in each]
    # Each box or stroke around others makes a browser lay out all of them again.
    struck = sum(1 for _ in tree.iter("menclose")) <= FORMULA_STRUCK_MAX if not level else False
    return struck and many <= FORMULA_ELEMENTS_MAX


def _depth(latex: str) -> int:
    """How deep anything may stand in something else: braces, and what takes what follows without any."""
    depth = most = 0
    for char in latex:
        depth += (char == "{") - (char == "}")
        most = max(most, depth)
    runs = (len(found) for found in re.findall(r"(?:[\^_]\s*)+", latex))
    return most + max(runs, default=0) + len(re.findall(r"\\(?:left|begin)(?![A-Za-z])", latex))


def _moved(element: Element) -> float:
    """How far an element takes something from its place, in em."""
    far = 0.0
    for name in _MOVES.get(element.tag, ()):
        value = element.attrib.get(name, "")
        if _LENGTH.fullmatch(value):
            size = float(value[:-2]) * _EM[value[-2:]]
            far += abs(size) if element.tag == "mpadded" else max(0.0, -size)
    return far


def _name(element: Element) -> str:
    return element.tag if element.tag in _ALLOWED else "mrow"


def _attributes(element: Element) -> dict[str, str]:
    allowed = _ALLOWED.get(element.tag, {})
    return {name: value for name, value in element.attrib.items() if name in allowed and allowed[name].fullmatch(value)}


def _written(element: Element) -> str:
    text = escape(unescape(element.text or ""), quote=False)
    inner = text + "".join(_written(each) for each in element)
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in _attributes(element).items())
    return f"<{_name(element)}{attributes}>{inner}</{_name(element)}>"


def _listed(element: Element) -> list[Any]:
    text = unescape(element.text or "")
    inner: list[Any] = [_listed(each) for each in element]
    return [_name(element), _attributes(element) or 0, [text, *inner] if text else inner]


def _formula(state: StateInline, silent: bool) -> bool:
    found = _found(state.src, state.pos)
    if found is None:
        return False
    latex, end, display = found
    if not silent:
        token = state.push("formula", "math", 0)
        token.content, token.markup = latex, state.src[state.pos : end]
        token.meta = {"display": display}
    state.pos = end
    return True


def _found(text: str, at: int) -> tuple[str, int, bool] | None:
    """(formula, where it ends, on lines of its own) of what begins here. An amount of money is no formula: behind the
    first dollar and before the last one there is no space, and no digit beside them."""
    if text[at] not in "$\\":
        return None
    for opens, closes, display in _IN_LINE:
        if text.startswith(opens, at):
            end = text.find(closes, at + len(opens), at + len(opens) + FORMULA_CHARS_MAX + 1)
            latex = text[at + len(opens) : end].strip() if end > 0 else ""
            return (latex, end + len(closes), display) if latex else None
    if text[at] != "$" or text[at + 1 : at + 2].isspace() or (at and (text[at - 1].isalnum() or text[at - 1] == "$")):
        return None
    end = at
    while (end := text.find("$", end + 1, at + FORMULA_CHARS_MAX + 2)) > 0:
        if text[end - 1] == "\\":
            continue
        if end == at + 1 or text[end - 1].isspace() or text[end + 1 : end + 2].isalnum():
            return None
        return text[at + 1 : end], end + 1, False
    return None


def _drawn(self: Any, tokens: list[Token], idx: int, options: Any, env: Any) -> str:
    token = tokens[idx]
    env["formulas"] = env.get("formulas", 0) + len(token.content)
    made = mathml(token.content, token.meta["display"]) if env["formulas"] <= FORMULAS_CHARS_MAX else None
    if made is None:
        return f'<code dir="ltr">{escape(token.markup, quote=False)}</code>'
    # A box that scrolls by itself where the formula is wider than its place (ui/src/formulas.ts).
    return f'<span class="formula" dir="ltr">{made}</span>'
