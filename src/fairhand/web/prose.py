"""Markdown as HTML. HTML inside it is shown, not run; pictures are left out; links open in a new tab; formulas are
MathML (web/mathematics.py)."""

from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from fairhand.web.mathematics import enable_mathematics

_HEADING_MAX = 6


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


def tree(text: str) -> list[Any]:
    """Markdown as a page's script draws it, without HTML: a text, or [tag, its address or "", what is in it]."""
    return _drawn(SyntaxTreeNode(_markdown.parse(text)).children, 0)


def _drawn(nodes: Sequence[SyntaxTreeNode], depth: int) -> list[Any]:
    found: list[Any] = []
    for node in nodes if depth < _TREE_DEPTH_MAX else ():
        if node.type in ("text", "html_inline", "html_block"):
            found.append(node.content)
        elif node.type in ("softbreak", "hardbreak"):
            found.append("\n" if node.type == "softbreak" else ["br", "", []])
        elif node.type in ("fence", "code_block"):
            found.append(["pre", "", [["code", "", [node.content]]]])
        elif node.type == "code_inline":
            found.append(["code", "", [node.content]])
        elif node.type == "formula":  # as it was written: nothing that a model said may be missing
            found.append(["code", "", [node.markup]])
        else:
            inside = _drawn(node.children, depth + 1)
            tag = node.tag if node.type != "heading" else f"h{min(_HEADING_MAX, int(node.tag[1:]) + 1)}"
            found += [[tag, str(node.attrs.get("href", "")), inside]] if tag in _DRAWN else inside
    return found


def _heading(self: Any, tokens: list[Token], idx: int, options: Any, env: Any) -> str:
    token = tokens[idx]
    token.tag = f"h{min(_HEADING_MAX, int(token.tag[1:]) + 1)}"
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
    made = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    made.add_render_rule("heading_open", _heading)
    made.add_render_rule("heading_close", _heading)
    made.add_render_rule("link_open", _link)
    made.add_render_rule("th_open", _cell)
    made.add_render_rule("td_open", _cell)
    return enable_mathematics(made)


_markdown = _make()
