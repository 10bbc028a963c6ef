"""A thousand texts and more that try to be more than texts, made of families; tests/hostile.py has the first ones.

They go through every type of field and question. `Deck` deals them out per type, each once before any comes again.
"""

import itertools
import random
import sys
import unicodedata
from collections.abc import Iterator

from tests.hostile import ATTRIBUTES, CALLS, FAMILIES, HANDLERS, LINKS, MARK, MARKUP, SCRIPTS, Payload

EVENTS = """
abort animationcancel animationend animationiteration animationstart auxclick beforeinput
beforematch beforetoggle
begin blur cancel canplay change click close contentvisibilityautostatechange contextmenu copy cuechange cut
dblclick drag dragend dragenter dragover dragstart drop durationchange end ended error focus focusin focusout
formdata gotpointercapture input invalid keydown keypress keyup load loadeddata loadedmetadata loadstart
lostpointercapture message mousedown mouseenter mousemove mouseout mouseover mouseup pagehide
pageshow paste pause
play playing pointerdown pointermove pointerover pointerrawupdate popstate progress ratechange
repeat reset resize
scroll scrollend search securitypolicyviolation seeked select selectionchange show slotchange start
storage submit
suspend timeupdate toggle touchstart transitionend transitionrun transitionstart unload volumechange waiting wheel
""".split()  # noqa: SIM905  # read as words
SCHEMES = (
    "javascript:{call}", "JAVASCRIPT:{call}", "java\nscript:{call}", "java\tscript:{call}", "\x01javascript:{call}",
    " javascript:{call}", "javascript&colon;{call}", "&#106;avascript:{call}", "&#x6a;avascript:{call}",
    "javascript\u200b:{call}", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg onload={call}>", "vbscript:{call}", "blob:https://a.example/x", "feed:javascript:{call}",
    "view-source:javascript:{call}", "jar:javascript:{call}!", "//elsewhere.example/x", "\\\\elsewhere.example\\x",
)  # fmt: skip
PLACES = ("[x]({})", "![x]({})", "<{}>", "[x]: {}\n\n[x]", "<a href='{}'>x</a>", '<img src="{}">')
DRAWINGS = (
    "<svg><set attributeName=onmouseover to={call}>",
    "<svg><use href=\"data:image/svg+xml,<svg id=x onload={call}>#x\">",
    "<svg><foreignObject><body onload={call}></foreignObject>",
    "<svg><style>@import 'https://elsewhere.example'</style>",
    "<svg><image href=x onerror={call}>", "<svg><handler xmlns=\"http://www.w3.org/2001/xml-events\">{call}</handler>",
    "<svg><title><script>{call}</script></title>", "<svg><desc><![CDATA[</desc><script>{call}</script>]]></svg>",
    "<svg><feImage href=https://elsewhere.example/x.svg>",
    "<svg><a><animate attributeName=href values=javascript:{call} />",
    "<math><maction actiontype=statusline href=javascript:{call}>x</maction></math>",
    "<math href=javascript:{call}>x</math>", "<math><annotation-xml encoding=text/html><script>{call}</script>",
    "<math><mi//xlink:href=\"data:x,<script>{call}</script>\">", "<math><mglyph><style><img src=x onerror={call}>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror={call}&gt;\">",
    "<noscript><style></noscript><img src=x onerror={call}>",
    "<form><math><mtext></form><form><mglyph><svg onload={call}>",
    "<select><template><img src=x onerror={call}></template></select>", "<table><td background=javascript:{call}>",
    "<isindex action=javascript:{call}>", "<frameset onload={call}>", "<keygen autofocus onfocus={call}>",
    "<portal src=javascript:{call}>", "<object type=text/html data=javascript:{call}>", "<applet code={call}>",
    "<template shadowrootmode=open><script>{call}</script></template>", "<slot onslotchange={call}></slot>",
    "<dialog open onclose={call}><form method=dialog>", "<input type=image src=x onerror={call}>",
)  # fmt: skip
SYNTAXES = (
    "{{ x|safe }}", "{{{x}}}", "{%raw%}", "{% load i18n %}", "{% extends 'x' %}", "{% url 'home' %}",
    "{{ block.super }}",
    "<%- x %>", "<% x %>", "[[${7*7}]]", "@{7*7}", "*{7*7}", "~{x}", "$!{x}", "#set($x=7)", "{php}x{/php}", "{{=7*7}}",
    "{{self}}", "{{config}}", "{{''.__class__.__mro__}}", "${{7*7}}", "<#assign x=7>", "%{7*7}", "!{7*7}", "v-html=x",
    ":href='x'", "@click='x'", "ng-init=x", "x-data={}", "data-live=/account/", "data-draft=x", "data-files=/x/",
    "data-prompt", "hx-post=/account/", "<c-button>x</c-button>", "{% translate 'x' %}", "{% blocktranslate %}x",
)  # fmt: skip
JSONS = (
    '"}', '"]}', '","x":"', '\\"}', "\\u0022", "\\", "\\\\", "'", "\\ud800", "\\u2028", "</script>{",
    '{"__proto__":{"a":1}}',
    '{"constructor":{"prototype":{"a":1}}}', '{"file":"x","sha256":"x"}', '[{"role":"system"}]', "1e999", "-", "[" * 80,
    "{" * 80, '{"a":' * 40, "/**/", "// x", "\u2028var x=1\u2029", '"\\u0000"', "NaN", "{}[]", ',"answer.x":"y"',
)  # fmt: skip
MARKDOWNS = (
    "*" * 120, "_" * 121 + "x", "> " * 60 + "x", "- " * 60 + "x", "#" * 60 + " x", "`" * 99, "~~~" * 30, "[" * 120,
    "![" * 60, "](" * 60, "[a][a]" * 30, "[a]: <b> 'c\n[a]", "|" * 60 + "\n" + "|-" * 60 + "|", "1. " * 40 + "x",
    "\\" * 99, "&" * 99, "&lt;script&gt;", "&#0;&#x0;&#xD800;", "<!-- x", "<!-- --> <b>x", "<?x", "<!X", "<![CDATA[x",
    "***bold __x** y__ z*", "[x](<y z> \"t\")", "[x](y 't\"')", "![a](b \"c'd\\\"e\")",
    "<https://a.example/\"onclick=x>",
    "www.elsewhere.example", "https://elsewhere.example/(x", "mailto:a@b.example", "~~" * 60, "==x==", "^x^ ~x~",
    "[^1]\n\n[^1]: <script>x</script>", ":::danger\nx\n:::", "- [ ] <img src=x onerror=x>", "    <script>x</script>",
    "```html\n<script>x</script>\n", "a<br>b<hr>c", "<b>x", "</div></main></body>", "<pre><code>", "# x {onclick=y}",
)  # fmt: skip
LATEX = (
    "$\\href{javascript:{call}}{x}$", "$\\url{javascript:{call}}$", "$\\htmlData{x=y}{z}$", "$\\htmlId{main}{x}$",
    "$\\htmlClass{top}{x}$", "$\\htmlStyle{position:fixed}{x}$", "$\\includegraphics{https://elsewhere.example/x.png}$",
    "$\\def\\x{\\x\\x}\\x$", "$\\newcommand\\x{\\x}\\x$", "$\\gdef\\x#1{#1#1}\\x{\\x{\\x{\\x{y}}}}$", "$\\let\\x\\x$",
    "$\\input{/etc/passwd}$", "$\\write18{id}$", "$\\catcode`\\@=11$", "$\\csname x\\endcsname$", "$\\expandafter x$",
    "$" + "\\frac{1}{" * 60 + "x" + "}" * 60 + "$", "$" + "{" * 200 + "}" * 200 + "$", "$" + "x^" * 150 + "y$",
    "$" + "\\sqrt{" * 80 + "x$", "$\\rule{9999em}{9999em}$", "$\\kern9999em x$", "$\\raisebox{9999em}{x}$",
    "$\\mathchoice{<script>}{x}{y}{z}$", "$\\text{<img src=x onerror={call}>}$",
    "$\\text{</math><script>{call}</script>}$",
    "$\\unicode{x3c}script$", "$\\char`\\<$", "$\\color{red;background:url(https://elsewhere.example)}{x}$", "$$",
    "$$x", "\\(x", "\\[x\\)", "$x$y$z$", "\\$x\\$", "$\\begin{matrix}" + "&" * 200 + "\\end{matrix}$", "$\\tag{<b>}$",
    "$\\begin{x}$", "$\\end{x}$", "$\\left($", "$\\verb|<script>|$", "$\\hskip-9999em x$", "$\\Huge x$", "$%x$",
)  # fmt: skip
TURNS = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
AROUND = ("{0}x", "x{0}", "{0}{0}{0}{0}{0}{0}", "\u0645{0}12.5", "12 {0}USD", "{0}(\u05d0)[b]", "a\n{0}b", "x{0}.exe")
HUGE = (
    "W",
    "\u0639",
    "\u4e2d",
    "\U0001f468\u200d\U0001f469\u200d\U0001f466",
    "\u0300",
    "\u200d",
    "\ufdfd",
    "i ",
    "-",
    "\u00ad",
)


def _formats() -> Iterator[str]:
    """Characters that don't show and change what others look like: every one of Unicode's that can be stored."""
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) == "Cf" and code < 0xE0000:
            yield f"a{chr(code)}b{chr(code)}\u0645"


def _stacked() -> Iterator[str]:
    """Letters under more and more marks."""
    dice = random.Random(7)
    for many in (1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 80, 96, 110):
        yield "".join(letter + "".join(chr(dice.randrange(0x300, 0x36F)) for _ in range(many)) for letter in "Zo")


def _shapes() -> Iterator[tuple[str, str]]:
    for family, shapes in FAMILIES.items():
        yield from ((family, shape) for shape in shapes)
    for family, shapes in (("script", SCRIPTS), ("handler", HANDLERS), ("attribute", ATTRIBUTES), ("link", LINKS),
                           ("markup", MARKUP), ("drawing", DRAWINGS), ("latex", LATEX)):  # fmt: skip
        for shape, call in itertools.product(shapes, CALLS[:3]):
            yield family, shape.replace("{call}", call)
    for at, event in enumerate(EVENTS):
        yield "event", f"<{('img src=x', 'svg', 'input autofocus', 'details open')[at % 4]} on{event}={CALLS[at % 3]}>"
        yield "event", f'" on{event}="{CALLS[at % 3]}'
    for at, (scheme, place) in enumerate(itertools.product(SCHEMES, PLACES)):
        yield "scheme", place.format(scheme.replace("{call}", CALLS[at % 3]))
    for family, texts in (("syntax", SYNTAXES), ("json", JSONS), ("markdown", MARKDOWNS)):
        yield from ((family, text) for text in texts)
    for turn, around in itertools.product(TURNS, AROUND):
        yield "turn", around.format(turn)
    yield from (("format", text) for text in _formats())
    yield from (("stacked", text) for text in _stacked())
    yield from (("huge", letter * many) for letter, many in itertools.product(HUGE, (40, 120, 250)))


def _all() -> Iterator[Payload]:
    seen: set[str] = set()
    for family, shape in _shapes():
        text = shape.replace("{call}", MARK)
        if text not in seen:
            seen.add(text)
            yield Payload(family, f"q{len(seen):04d}z", text)


MANY = tuple(_all())


class Deck:
    """Deals payloads out; what was refused where it was tried is put aside, and not dealt again."""

    def __init__(self, seed: int) -> None:
        self._left = list(MANY)
        random.Random(seed).shuffle(self._left)
        self.planted: dict[str, Payload] = {}
        self.refused: dict[str, Payload] = {}

    def next(self, many: int) -> list[Payload]:
        """The next ones, fewer at the end; the deck begins anew when all of it is dealt."""
        if not self._left:
            self._left = [each for each in MANY if each.mark not in self.refused] or list(MANY)
        taken, self._left = self._left[:many], self._left[many:]
        return taken

    def back(self, payloads: list[Payload]) -> None:
        """Those that didn't fit here are the next to be tried elsewhere."""
        self._left = payloads + self._left

    @property
    def whole(self) -> bool:
        """Whether each has been planted, or refused wherever it was tried."""
        return len(self.planted.keys() | self.refused.keys()) == len(MANY)
