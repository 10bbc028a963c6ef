"""Every check and every test, with one last line that says how it went.

    python tools/run_tests.py [--prove] [pytest arguments]

--prove runs the same tests with large counts. It may be stopped at any time: tests that passed at this state of the
code are not run again. At its end, and when it is stopped, what was shown goes into docs/reference/proof.json: each row
names its commit, and a row that wasn't shown anew stays with the commit it was shown at. With pytest arguments only
those tests run.
"""

import hashlib
import json
import os
import platform
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
BUILD = ROOT / "build"
PROOF = ROOT / "docs" / "reference" / "proof.json"
sys.path.insert(0, str(ROOT))

from tests.needs import SHELL, find  # noqa: E402  # found through the line above

# Name, command, and the file without which the check would check nothing.
CHECKS: tuple[tuple[str, list[str], str], ...] = (
    ("ruff: rules", [str(BIN / "ruff"), "check", "."], "pyproject.toml"),
    ("ruff: format", [str(BIN / "ruff"), "format", "--check", "."], "pyproject.toml"),
    ("mypy: pure files", [str(BIN / "mypy")], "pyproject.toml"),
    ("imports point down", [str(BIN / "lint-imports")], ".importlinter"),
)

# Debian's packages of browsers, and what each is to the tests.
PACKAGES = (("chromium", "whole chromium"), (SHELL, SHELL))


def main() -> int:
    began = time.monotonic()
    os.chdir(ROOT)
    BUILD.mkdir(exist_ok=True)
    words = sys.argv[1:]
    prove = "--prove" in words
    chosen = [word for word in words if word != "--prove"]
    failed = [] if chosen else [name for name, command, needed in CHECKS if not check(name, command, needed)]
    browser()
    log = BUILD / "prove" / f"{state_of_code()}.jsonl" if prove else None
    try:
        code, result = tests(log, chosen)
    finally:
        if log and log.exists():
            write_proof(log)
    if code != 0:
        failed.append(f"{len(result['failed']) + len(result['skipped'])} tests" if result else "pytest")
    say(last_line(failed, result, part=bool(chosen), seconds=time.monotonic() - began))
    return 1 if failed else 0


def check(name: str, command: list[str], needed: str) -> bool:
    """Runs one check, silent unless it fails."""
    began = time.monotonic()
    if not (ROOT / needed).exists():
        say(f"  failed  {name}: {needed} is missing")
        return False
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    good = ran.returncode == 0
    say(f"  {'ok    ' if good else 'failed'}  {name}, {time.monotonic() - began:.1f} s")
    if not good:
        say((ran.stdout + ran.stderr).rstrip())
    return good


def browser() -> None:
    """Debian's Chromium, whole and without a window, where one is missing and this account may install it."""
    debian = Path("/etc/os-release").exists() and "ID=debian" in Path("/etc/os-release").read_text().splitlines()
    missing = [each for each, what in PACKAGES if find(what) is None]
    if not missing or os.environ.get("FAIRHAND_NO_INSTALL") == "1" or os.environ.get("FAIRHAND_CHROMIUM"):
        return
    if os.geteuid() != 0 or not debian or shutil.which("apt-get") is None:
        if find("chromium") is None:
            say("  note    no Chromium was found; the browser tests count as unavailable (FAIRHAND_CHROMIUM names one)")
        return
    say(f"  ...     installing {' and '.join(missing)} for the browser tests")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["update", "-qq"],
        *(["install", "-y", "-qq", "--no-install-recommends", each] for each in missing),
    ):
        ran = subprocess.run(["apt-get", *command], env=quiet, capture_output=True, text=True, check=False)
        if ran.returncode != 0:
            why = (ran.stderr.strip().splitlines() or ["no reason given"])[-1]
            say(f"  note    apt-get {command[0]} failed ({why}); tests without a browser count as unavailable")


def tests(log: Path | None, chosen: list[str]) -> tuple[int, dict]:
    """Runs pytest, its dots passing through: (exit code, figures)."""
    seed = os.environ.get("FAIRHAND_SEED") or str(random.SystemRandom().randrange(2**32))
    say(f"  ...     tests, seed {seed} (repeat with FAIRHAND_SEED={seed})")
    target = BUILD / "test-result.json"
    target.unlink(missing_ok=True)
    environment = {**os.environ, "FAIRHAND_SEED": seed, "FAIRHAND_TEST_RESULT": str(target)}
    chromium = find("chromium")
    if chromium:
        environment["FAIRHAND_CHROMIUM"] = chromium
    if log:
        log.parent.mkdir(exist_ok=True)
        before = log.with_suffix(".before")
        before.write_bytes(log.read_bytes() if log.exists() else b"")
        environment |= {"FAIRHAND_PROVE": "1", "FAIRHAND_PROVE_LOG": str(log), "FAIRHAND_PROVE_LOG_READ": str(before)}
    workers = str(min((os.cpu_count() or 2) + 1, 6))  # one more than cores: some tests wait for clocks and processes
    spread = (
        []
        if any(word == "-n" or word.startswith("-n") for word in chosen)
        else ["-n", workers, "--dist", "load", "--maxschedchunk", "1"]
    )
    command = [sys.executable, "-m", "pytest", "-q", *spread, "--hypothesis-seed", seed, *chosen]
    code = subprocess.run(command, env=environment, check=False).returncode
    return code, json.loads(target.read_text()) if target.exists() else {}


def state_of_code() -> str:
    """A name for the code as it lies here, changed files included."""
    listed = git("ls-files", "-co", "--exclude-standard").splitlines()
    digest = hashlib.sha256()
    for name in sorted(listed):
        file = ROOT / name
        if file.is_file() and file != PROOF:
            digest.update(f"{name}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def write_proof(log: Path) -> None:
    """docs/reference/proof.json: what was shown, over how many cases, and at which commit."""
    shown = [row for line in log.read_text().splitlines() if line.endswith("}") for row in json.loads(line)["claims"]]
    changed = bool(git("status", "--porcelain", "--", ".", f":!{PROOF.relative_to(ROOT)}"))
    commit = (git("rev-parse", "HEAD") or "none") + (" with changes" if changed else "")
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    rows = {row["claim"]: row for row in (json.loads(PROOF.read_text()) if PROOF.exists() else [])}
    rows |= {row["claim"]: {**row, "commit": commit, "machine": machine} for row in shown}
    PROOF.parent.mkdir(parents=True, exist_ok=True)
    PROOF.write_text(json.dumps([rows[name] for name in sorted(rows)], indent=1, ensure_ascii=False) + "\n")
    say(f"  ok      {len({row['claim'] for row in shown})} claims written to {PROOF.relative_to(ROOT)}")


def last_line(failed: list[str], result: dict, *, part: bool, seconds: float) -> str:
    """`OK  412 tests passed, 9 unavailable (9: chromium not found), 133 seconds`."""
    passed = result.get("passed", 0)
    told = [f"{passed} tests passed"]
    if result.get("proven_before"):
        told.append(f"{result['proven_before']} proven before")
    missing = result.get("unavailable", {})
    if missing:
        why = "; ".join(f"{count}: {what}" for what, count in sorted(missing.items()))
        told.append(f"{sum(missing.values())} unavailable ({why})")
    told.append(f"{seconds:.0f} seconds")
    head = f"FAILED  {', '.join(failed)};" if failed else "OK  part of the tests only:" if part else "OK "
    return f"{head} {', '.join(told)}"


def git(*words: str) -> str:
    ran = subprocess.run(["git", *words], capture_output=True, text=True, check=False)
    return ran.stdout.strip() if ran.returncode == 0 else ""


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say("FAILED  stopped before the end")
        sys.exit(130)
