"""Keeps the processes of `up` running: starts them, notices when one dies, starts it again, and stops them in order."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from fairhand.cli.output import CliError, say

DEATHS_MAX, DEATHS_S = 5, 60
STOP_S_MAX = 40  # a request or a job in hand may take that long
_PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Child:
    """One process that is to run for as long as we do."""

    name: str  # as a sentence begins: "The web server"
    command: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=deque)

    def start(self) -> None:
        # A group of its own: Ctrl-C in the terminal reaches us alone, and we stop the children in order.
        self.process = subprocess.Popen(
            self.command,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )

    def tend(self) -> None:
        """Starts it again if it has ended; CliError if that has happened too often."""
        if self.process is None or self.process.poll() is None:
            return
        code = self.process.returncode
        self._end_group()
        count_death(
            self.deaths, f"{self.name} ended {DEATHS_MAX} times within {DEATHS_S} seconds (last {_ending(code)})"
        )
        say(f"{self.name} ended unexpectedly ({_ending(code)}); starting it again.")
        time.sleep(0.2 * len(self.deaths))
        self.start()

    def stop(self) -> None:
        """Asks it to end and waits; kills what does not listen, and whatever it has started."""
        if self.process is None:
            return
        try:
            if self.process.poll() is None:
                self.process.terminate()
                self.process.wait(STOP_S_MAX)
        except subprocess.TimeoutExpired:
            say(f"{self.name} did not end within {STOP_S_MAX} seconds and was killed.")
        finally:
            self._end_group()
            self.process.wait()

    def _end_group(self) -> None:
        """Kills what the process has started and left behind: a web server's workers would keep its port."""
        with suppress(ProcessLookupError, PermissionError):  # nobody of that group is left
            if self.process is not None:
                os.killpg(self.process.pid, signal.SIGKILL)


def count_death(deaths: "deque[float]", too_often: str) -> None:
    """Notes a death; CliError at the fifth within a minute."""
    now = time.monotonic()
    deaths.append(now)
    while deaths[0] < now - DEATHS_S:
        deaths.popleft()
    if len(deaths) >= DEATHS_MAX:
        raise CliError(f"{too_often}. Its messages are above; put the cause right and start again.")


def run_once(command: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str]:
    """Runs a helper to its end: (exit code, standard output). Broken off by Ctrl-C, it is given time to tidy up."""
    with subprocess.Popen(
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_end_with_parent,
    ) as process:
        try:
            told, _ = process.communicate()
        except KeyboardInterrupt:
            process.terminate()
            try:
                process.communicate(timeout=STOP_S_MAX)
            except subprocess.TimeoutExpired:
                process.kill()
            raise
    return process.returncode, told


def watch(children: Sequence[Child], others: Callable[[], None], *, for_s: float | None = None) -> None:
    """Tends the children, and calls `others`, every half second; for ever, or for `for_s` seconds."""
    end = None if for_s is None else time.monotonic() + for_s
    while end is None or time.monotonic() < end:
        others()
        for child in children:
            child.tend()
        time.sleep(0.5)


def _end_with_parent() -> None:
    """Runs in the child: on Linux the kernel ends it when we are killed, so that no orphan keeps the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
