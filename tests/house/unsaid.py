"""Finds words that a page would show in English to everybody: text outside the catalogues, in templates and in code."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser

_COMMENT = re.compile(r"{#.*?#}|{% *comment.*?endcomment *%}|<!--.*?-->", re.S)
_TRANSLATED = re.compile(r"{% *blocktrans(?:late)?\b.*?{% *endblocktrans(?:late)? *%}", re.S)
_SCRIPT = re.compile(r"{%.*?%}|{{.*?}}", re.S)
_SAID_BY_FILTER = re.compile(r"\|(?:yesno|default|default_if_none|pluralize):\"([^\"]*[^\W\d_]{2}[^\"]*)\"")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_COMPUTED_TAG = re.compile(r"(</?)(?={{)")
_ATTRIBUTES = re.compile(r"[a-z-]+=\"")
_ENTITY = re.compile(r"&\w+;")
# What is the same in every language: names, formats, keys of a keyboard.
SAME_EVERYWHERE = re.compile(r"\b(?:Fairhand|JSONL|JSON|CSV|SHA-256|TOTP|Mac OS|API|ID|URL|UTC|QR|OpenAPI|"
                             r"OpenID Connect|Bearer|Authorization|PostgreSQL|Esc|Enter|Ctrl)\b|·|×")  # fmt: skip
# Attributes that are read or heard; in a part of ours (`<c-...>`) also those that its template shows.
_SAID = frozenset(
    {"alt", "title", "placeholder", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext"}
)
_SAID_BY_PARTS = _SAID | {
    "label",
    "caption",
    "note",
    "help",
    "aside",
    "do",
    "text",
    "summary",
    "heading",
    "what",
    "why",
    "said",
}
_NOT_READ = frozenset({"script", "style", "code", "pre", "title-not"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _NOT_READ:
            self.silent += 1
        part = tag.startswith("c-")
        for name, value in attrs:
            read = name in (_SAID_BY_PARTS if part else _SAID) or name.endswith(("_label", "_title"))
            if value and (read or (name.startswith("data-") and _SENTENCE.match(value.strip()))) and _says(value):
                self.found.append(f'<{tag} {name}="{value.strip()}">')

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.silent -= tag in _NOT_READ

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in _NOT_READ and self.silent > 0

    def handle_data(self, data: str) -> None:
        if not self.silent and _says(data):
            self.found.append(" ".join(data.split()))


def _says(text: str) -> bool:
    return _LETTERS.search(SAME_EVERYWHERE.sub(" ", _ENTITY.sub(" ", text))) is not None


def in_template(source: str) -> list[str]:
    """What a template says outside its translate tags."""
    text = _TRANSLATED.sub(" ", _COMMENT.sub(" ", source))
    found = [f'default "{word}"' for word in _SAID_BY_FILTER.findall(_outside_of_tags(text))]
    reader = _Reader()
    # The name of a tag may be computed; and a file may hold attributes alone, for others to include in a tag.
    plain = _SCRIPT.sub(" ", _COMPUTED_TAG.sub(r"\1x", text)).strip()
    reader.feed(f"<x {plain}>" if _ATTRIBUTES.match(plain) else plain)
    reader.close()
    return found + reader.found


def _outside_of_tags(text: str) -> str:
    """The template without what stands in attributes: a default there is a class or an address."""
    kept = _SCRIPT.sub(lambda found: found[0].replace("<", " ").replace(">", " ").replace('"', "\x01"), text)
    return re.sub(r"<[^>]*>", " ", kept).replace("\x01", '"')


def in_plain_template(source: str) -> list[str]:
    """The same for a text without marks, such as an e-mail's."""
    text = _SCRIPT.sub(" ", _TRANSLATED.sub(" ", _COMMENT.sub(" ", source)))
    return [line.strip() for line in text.splitlines() if _says(line)]


TRANSLATES = frozenset({
    "_", "_in", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy",
    "npgettext",
})  # fmt: skip
_TELLS = frozenset({"success", "warning", "error", "info", "add_message"})
# A sentence or a label: words with a space between, that begin as a sentence does.
_SENTENCE = re.compile(r"[A-Z][\w’'-]*[,:]? [\w%(’'\"-]")
_SQL = re.compile(r"^\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH|COPY|EXPLAIN|SET|AND|WHERE|ORDER|FROM)\b")


def in_code(source: str) -> list[str]:
    """Sentences of a module of pages that go through no catalogue. `gettext_noop` and its like count as through."""
    return [f"{line}: {text}" for line, text in _sentences(ast.parse(source))]


def _sentences(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Raise | ast.Assert):
        return
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        # A refusal is said by its code (tests/house/test_words.py); its English is for whoever reads the log.
        if name in TRANSLATES or name == "Refused" or _logs(node):
            return
        if _messages(node):
            yield from _spoken(node.args[1:2])
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _sentence(node.value):
        yield node.lineno, node.value
    doc = _doc_of(node)
    for child in ast.iter_child_nodes(node):
        if child is not doc:
            yield from _sentences(child)


def _doc_of(node: ast.AST) -> ast.AST | None:
    body = getattr(node, "body", None)
    first = body[0] if isinstance(body, list) and body else None
    return first if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) else None


def _sentence(text: str) -> bool:
    return _SENTENCE.match(SAME_EVERYWHERE.sub("", text)) is not None and not _SQL.match(text) and "</" not in text


def _logs(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) and node.func.value.id in (
        "log", "logger", "logging",
    )  # fmt: skip


def _messages(node: ast.Call) -> bool:
    where = node.func.value if isinstance(node.func, ast.Attribute) and node.func.attr in _TELLS else None
    return isinstance(where, ast.Name) and where.id == "messages"


def _spoken(arguments: list[ast.expr]) -> Iterator[tuple[int, str]]:
    """Any letters at all in what a message says, unless they went through a catalogue."""
    for node in arguments:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _LETTERS.search(node.value):
            if not _sentence(node.value):  # those are found anyway
                yield node.lineno, node.value
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            yield from _spoken([node.left])
        elif not isinstance(node, ast.Call):
            yield from _spoken([child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)])
