"""Many answers at once in one worker: all come to their end, and what that takes is measured."""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fairhand.inference.models import Generation, ModelMoney
from tests.building import small_project
from tests.counts import count
from tests.modelled import asked, endpoint, over, panel, streaming, turn

AT_ONCE = count(12, 80)  # more than a worker reads at once, in the large run
WORDS, PAUSE_S = 60, 0.05


@pytest.fixture
def server() -> Iterator[str]:
    """In a process of its own, so that its work is not counted as ours."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.model_server", str(WORDS), str(PAUSE_S)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def test_a_worker_reads_many_answers_at_once(db: object, server: str, printed: Any) -> None:
    endpoint("long", server, model="slow", silence_s=20, total_s=60)
    small = small_project(template=panel("long"), tasks=AT_ONCE, experts=AT_ONCE, models_minor=100_000)
    rows = [asked(small.claim(person), [turn("Hello")])[0] for person in small.experts]
    with streaming() as streams:
        began, cpu = time.monotonic(), _cpu_s()
        for row in rows:
            streams.take(row.id)
        time.sleep(WORDS * PAUSE_S)  # nothing of ours is asked meanwhile, so that what is measured is the worker's
        done = over(rows)
        wall, cpu = time.monotonic() - began, _cpu_s() - cpu
    assert {row.state for row in done} == {"done"}
    assert all(len(row.text.split(" ")) >= WORDS for row in done)
    assert ModelMoney.objects.get().held_pico == 0
    first = sorted((row.first_at - row.begun_at).total_seconds() * 1000 for row in Generation.objects.all())  # type: ignore[operator]
    printed(
        f"{AT_ONCE} answers at once of {WORDS} words, {1 / PAUSE_S:.0f} a second: {wall:.1f} s, first word in its row "
        f"after {first[len(first) // 2]:.0f} ms (most {first[-1]:.0f}), "
        f"{100 * cpu / wall / AT_ONCE:.2f} % of a core each"
    )
