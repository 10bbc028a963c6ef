"""Heavy tasks: how soon the page answers a key, and how many bytes it is. The page's own script stays small."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Page

from fairhand.web import apps
from tests.browser.conftest import Visitors
from tests.browser.people import cast
from tests.counts import count

SCRIPT_KB_MAX = 80  # compressed, before optional parts
ESSAY = "[name='answer.essay']"
_ESSAY = {"name": "essay", "type": "text", "version": 1, "label": {"en": "Essay"}, "chars_max": 20_000}
_DRAW = Random(6)
_WORDS = ["".join(_DRAW.choices("aeiounrstlmdkp", k=_DRAW.randint(2, 9))) for _ in range(5_000)]


def _prose(words: int) -> str:
    return " ".join(_DRAW.choices(_WORDS, k=words))


_TEXT = {"name": "shown", "type": "text", "version": 1, "label": {"en": "Text"}}
_SPANS = {
    "name": "faults", "type": "spans", "version": 1, "label": {"en": "Faults"}, "of": "shown", "required": False,
    "labels": [{"value": "fact", "label": {"en": "False"}, "key": "f"}], "overlap": True, "comment": "none", "most": 50,
}  # fmt: skip
_CHAT = {"name": "shown", "type": "chat", "version": 1, "label": {"en": "Talk"}}
_TURNS = [
    {"role": ("user", "assistant")[turn % 2], "content": f"**Turn {turn}.** {_prose(120)}\n\n- one\n- two"}
    for turn in range(100)
]
# name -> (fields, questions, payload)
HEAVY: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, Any]]] = {
    "200 kB of text": ([_TEXT], [_ESSAY, _SPANS], {"shown": _prose(40_000)[:200_000]}),
    "a chat of 100 turns": ([_CHAT], [_ESSAY], {"shown": _TURNS}),
}
# From the key to the first frame drawn after it, as the browser itself measured it; and as a frame after the event.
_WATCH = """
window.delays = []; window.frames = [];
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) if (each.name === 'keydown') window.delays.push(each.duration);
}).observe({ type: 'event', durationThreshold: 16, buffered: true });
addEventListener('keydown', (event) => {
  requestAnimationFrame(() => setTimeout(() => window.frames.push(performance.now() - event.timeStamp)));
}, { capture: true });
"""


def _median(page: Page, name: str) -> float:
    found = sorted(float(each) for each in page.evaluate(f"window.{name}"))
    return found[len(found) // 2] if found else 0.0


@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_task_answers_keys_quickly(name: str, visitors: Visitors, printed: Callable[[str], None]) -> None:
    fields, questions, payload = HEAVY[name]
    who = cast(template={"version": 1, "fields": fields, "questions": questions}, payload=payload, tasks=1, want=1)
    claim = who.small.claim(who.expert)
    page = visitors.page(who.expert)
    page.add_init_script(_WATCH)
    opened = page.goto(f"{visitors.site}/work/{claim.id}/")
    assert opened is not None
    body = opened.body()
    essay = page.locator(ESSAY)
    essay.press("Control+End")
    keys = count(20, 200)
    for at in range(keys):
        page.keyboard.press("abcdefghij "[at % 11])
        page.wait_for_timeout(20)
    page.wait_for_timeout(300)
    frame, slow = _median(page, "frames"), page.evaluate("window.delays.length")
    parsed = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    printed(
        f"{name}: page {len(body) / 1000:.0f} kB, {len(gzip.compress(body)) / 1000:.0f} kB compressed; ready after "
        f"{parsed:.0f} ms; key to frame {frame:.0f} ms (middle of {keys}), {slow} above 16 ms, "
        f"slowest {max(page.evaluate('window.frames')):.0f} ms"
    )  # fmt: skip
    assert len(essay.input_value()) == keys
    assert page.evaluate("window.frames.length") >= keys  # every key was followed by a frame


def test_the_page_s_own_script_is_small(printed: Callable[[str], None]) -> None:
    built = Path(apps.__file__).parent / "static" / "fairhand"
    sizes = {name: len(gzip.compress((built / name).read_bytes())) for name in ("fairhand.js", "fairhand.css")}
    printed(f"compressed: {json.dumps(sizes)} bytes")
    assert sizes["fairhand.js"] < SCRIPT_KB_MAX * 1000
