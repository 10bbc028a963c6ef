"""Markdown as HTML. HTML inside it is shown, not run; pictures are left out; links open in a new tab; formulas are
MathML (web/mathematics.py)."""

from typing import Any

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from fairhand.web.mathematics import enable_mathematics

_HEADING_MAX = 6


def render(text: str | None) -> SafeString:
    """Markdown (CommonMark and tables) to HTML. Headings go one level down: the page has its own first."""
    # The renderer escapes all text and refuses script addresses; `html` is off.
    return mark_safe(_markdown.render(text or ""))  # noqa: S308


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
