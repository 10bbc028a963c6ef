"""A rubric that is written with hints beside it, and a long trace of an agent: both by keys, in a real browser."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.test import override_settings
from playwright.sync_api import Page, expect

from fairhand.files.commands import note_uses
from fairhand.files.queries import named
from fairhand.kernel.limits import SOLUTION_STEPS_MAX
from fairhand.tasks.attached import files_in, resolve
from fairhand.tasks.models import Task
from fairhand.tasks.questions import QUESTIONS
from fairhand.work.models import Submission
from tests import samples
from tests.attachments import sent
from tests.browser.axe import violations
from tests.browser.by_keys import enter, press
from tests.browser.conftest import Visitors
from tests.browser.people import cast
from tests.counts import count
from tests.parts import stored

HOSTILE = "</textarea><img src=x onerror=alert(1)> {{ 7 }}"


def _template(kind: str, field: str, **terms: Any) -> dict[str, Any]:
    part = QUESTIONS.get(kind)
    assert part is not None
    model = part.terms.model_validate({"name": "asked", "type": kind, "label": "Asked", **terms})
    shown = {"name": "given", "type": field, "version": 1, "label": {"en": "Given"}}
    return {"version": 1, "fields": [shown], "questions": [model.model_dump(mode="json", exclude_none=True)]}


def test_a_rubric_is_written_in_groups_with_hints_beside_it(visitors: Visitors) -> None:
    template = _template("rubricdraft", "text", depth=3, least=2, insist=["no_negative"])
    who = cast(template=template, payload={"given": "Which dose?"}, want=1, tasks=1)
    claim = who.small.claim(who.expert)
    page = visitors.page(who.expert)
    address = f"{visitors.site}/work/{claim.id}/"
    page.goto(address)
    answer: list[dict[str, Any]] = [
        {"criterion": "Facts", "criteria": [
            {"criterion": "Gives an appropriate dose", "weight": 5, "steps": ["No", "In part", "Wholly"]},
            {"criterion": "On sources", "criteria": [{"criterion": HOSTILE, "weight": 2, "tags": ["axis:a", "b"]}]},
        ]},
    ]  # fmt: skip
    enter(page, template, {"asked": answer})
    rows = page.locator("#q-answer-asked [data-row]")
    expect(rows.nth(1).locator("[data-part=hints] q")).to_have_text("appropriate")
    expect(page.locator("#q-answer-asked [data-part=whole] li")).to_have_count(1)
    assert [page.locator(f"#q-answer-asked [data-part={each}]").inner_text() for each in ("n", "points", "faults")] == [
        "2", "7", "0",
    ]  # fmt: skip
    page.reload()  # the draft comes back, row by row
    expect(rows.nth(3).locator("[data-part=text]")).to_have_value(HOSTILE)
    expect(rows.nth(3)).to_have_class("outline-row level-3")
    assert violations(page) == []

    visitors.allowed.append("422")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#w-q-answer-asked")).to_contain_text("must take points away")
    expect(rows.nth(1).locator("[data-part=hints] q")).to_have_text("appropriate")  # the server says the same
    press(page, "[data-row]:nth-child(2) [data-part=text]", "Control+a")
    page.keyboard.type("States the dose by weight")
    expect(rows.nth(1).locator("[data-part=hints]")).to_be_hidden()
    press(page, "[data-row]:nth-child(4) [data-part=text]", "Enter", "Alt+BracketLeft", "Alt+BracketLeft")
    page.keyboard.type("Invents a source")
    page.keyboard.press("Tab")
    page.keyboard.type("−٤")
    page.keyboard.press("Alt+ArrowUp")  # before the group, with all that is in it
    page.keyboard.press("Enter")
    page.keyboard.press("Backspace")  # a row that stayed empty goes
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/submissions/**")
    answer[0]["criteria"][0]["criterion"] = "States the dose by weight"
    assert Submission.objects.get(claim_id=claim.id).answer == {
        "asked": [{"criterion": "Invents a source", "weight": -4}, *answer]
    }
    expect(page.locator("main")).to_contain_text(HOSTILE)


def _trace(steps: int) -> str:
    """As the text of a file, with costs that have decimals."""
    told: list[dict[str, Any]] = [{"step_id": 1, "source": "user", "message": "Mend the test."}]
    for number in range(2, steps + 1):
        call = {"tool_call_id": "c", "function_name": "shell", "arguments": {"run": f"sed -n {number}p file\n" * 8}}
        told.append({
            "step_id": number, "source": "agent", "message": f"I look at line {number}.", "tool_calls": [call],
            "reasoning_content": "It may be here. " * 20,
            "observation": {"results": [{"source_call_id": "c", "content": f"line {number}: nothing\n" * 30}]},
            "metrics": {"prompt_tokens": 900, "completion_tokens": 40, "cost_usd": 0.0021},
        })  # fmt: skip
    return json.dumps({"schema_version": "ATIF-v1.7", "agent": {"name": "a", "version": "1"}, "steps": told})


_WATCH = """() => {
  window.delays = [];
  new PerformanceObserver(list => window.delays.push(...list.getEntries().map(each => each.duration)))
    .observe({ type: "event", durationThreshold: 16 });
}"""


def _slowest(page: Page) -> int:
    """Milliseconds from a key to the next picture, of the slowest key since the last look; at least 16."""
    page.wait_for_timeout(150)
    return int(page.evaluate("Math.max(16, ...window.delays.splice(0))"))


def test_a_long_trace_stays_quick(visitors: Visitors, printed: Callable[[str], None]) -> None:
    many = count(100, SOLUTION_STEPS_MAX)
    text = _trace(many)
    who = cast(template=_template("steps", "trajectory", of="given"), payload={"given": text}, want=1, tasks=1)
    claim = who.small.claim(who.expert)
    page = visitors.page(who.expert)
    page.goto(f"{visitors.site}/work/{claim.id}/")
    page.wait_for_load_state("networkidle")
    page.evaluate(_WATCH)
    for key in ("d", "d", "ArrowDown", "End", "ArrowUp", "Home"):
        page.keyboard.press(key, delay=60)
    steps = page.locator("[data-trace] [data-step]")
    expect(steps.first).to_have_class("trace-step user at")
    moved = _slowest(page)
    page.keyboard.press("f")
    page.keyboard.type(f"line {many - 40}:")
    page.keyboard.press("Enter")
    expect(steps.nth(many - 41)).to_be_in_viewport()
    expect(page.locator("[data-trace] [data-part=found]")).to_have_text("1 / 1")
    sought = _slowest(page)
    press(page, "[name='answer.asked.2']")
    for key in ("1", "j", "3", "e", "x", "Escape", "j", "2"):
        page.keyboard.press(key)
    assert page.locator("#q-answer-asked [data-part=first]").inner_text() == "3"
    expect(steps.nth(3)).to_have_class("trace-step agent at")
    labelled = _slowest(page)
    page.keyboard.press("l")
    expect(steps.nth(many - 1).locator("details")).to_have_attribute("open", "")
    opened = _slowest(page)
    size = len(page.content().encode())
    printed(
        f"a trace of {many} steps ({len(text) // 1000} kB, page {size // 1000} kB): slowest key to "
        f"picture {moved} ms moving, {sought} ms finding, {labelled} ms labelling, {opened} ms opening all"
    )


def test_pictures_of_a_trace_are_shown_from_the_projects_files(visitors: Visitors, tmp_path: Path) -> None:
    parts = [
        {"type": "text", "text": "The page now:"},
        {"type": "image", "source": {"media_type": "image/png", "path": "steps/2/map.png"}},
        {"type": "image", "source": {"media_type": "image/png", "path": "steps/2/lost.png"}},
    ]
    steps = [
        {"step_id": 1, "source": "user", "message": "Open the map."},
        {"step_id": 2, "source": "agent", "message": "It is open.", "observation": {"results": [{"content": parts}]}},
    ]
    trace = {"schema_version": "ATIF-v1.7", "agent": {"name": "a", "version": "1"}, "steps": steps}
    template = {
        "version": 1, "fields": [{"name": "trace", "type": "trajectory", "version": 1, "label": {"en": "Trace"}}],
        "questions": [stored(QUESTIONS.get("text"))],
    }  # fmt: skip
    with override_settings(FILES=str(tmp_path / "files")):
        who = cast(template=template, payload={"trace": trace}, want=1, tasks=1)
        row = sent(who.small.project, who.manager, "map.png", samples.png(120, 80))
        payload, problems = resolve(template, {"trace": trace}, named(who.small.project.id))
        assert problems == []
        (task,) = Task.objects.filter(project_id=who.small.project.id)
        Task.objects.filter(id=task.id).update(payload=payload)
        note_uses(uses={(file["file"], task.id) for file in files_in(payload)}, project_id=who.small.project.id)
        claim = who.small.claim(who.expert)
        page = visitors.page(who.expert, language="ar", narrow=True)
        page.goto(f"{visitors.site}/work/{claim.id}/")
        picture = page.get_by_role("img", name="صورة في السجل: steps/2/map.png")
        picture.scroll_into_view_if_needed()
        assert picture.evaluate("it => it.decode().then(() => it.naturalWidth)") == 120
        expect(page.locator("[data-step='2'] .output")).to_have_text("The page now:\n[steps/2/lost.png]")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
        assert visitors.page(who.colleague).request.get(f"{visitors.site}/files/{row.id}/").status == 404
