"""Makes .venv: the locked packages and the command `fairhand`. A second run takes a blink.

    python3 tools/set_up.py run|dev      dev: the packages of the tests as well

Only the standard library is used here, and nothing outside the checkout is changed. A set-up that was broken off is
noticed and made anew; a changed lock file installs what changed.
"""

import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UNFINISHED = VENV / "unfinished"  # lies there while we write, so that a broken-off set-up is known by it
NEWER = 1  # raise it when this script starts to make something else

LAUNCHER = """\
#!/bin/sh
'''exec' {python} "$0" "$@"
'''
import sys

from fairhand.cli.main import main

sys.exit(main())
"""


def main() -> int:
    kind = sys.argv[1]
    (ROOT / "build").mkdir(exist_ok=True)
    with open(ROOT / "build" / "set_up.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamped(kind):
            return 0
        began = time.monotonic()
        if not usable():
            say(f"Set-up: making .venv with Python {sys.version.split()[0]}.")
            shutil.rmtree(VENV, ignore_errors=True)
            made = subprocess.run(
                [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
            )
            if made.returncode != 0:
                why = last_line(made.stderr + made.stdout)
                return stop(
                    f"a virtual environment could not be made in {VENV} ({why}). Install Python's venv (on Debian and "
                    "Ubuntu: apt install python3-venv) and check that this folder can be written, then try again."
                )
        UNFINISHED.touch()
        lock_file = ROOT / "requirements" / f"{kind}.lock"
        count = sum(1 for line in lock_file.read_text().splitlines() if line[:1].isalnum())
        say(f"Set-up: installing {count} locked packages; the first time they are downloaded (1 to 3 minutes).")
        if not install(lock_file):
            return stop(
                f"the packages of requirements/{lock_file.name} could not be installed; pip's reason is above. Check "
                "the connection to your package index, then try again."
            )
        put_command()
        stamp(kind).write_text(state(kind))
        UNFINISHED.unlink()
        say(f"Set-up: done in {time.monotonic() - began:.0f} s.")
    return 0


def usable() -> bool:
    """Whether a .venv is there that was finished, still runs and lies where it was made."""
    if UNFINISHED.exists() or not PYTHON.exists():
        return False
    if any(file.read_text().split(" ", 2)[2:] != [f"{ROOT}\n"] for file in VENV.glob("installed-*")):
        return False  # the checkout was moved, and the commands in .venv name the old place
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11) or sys.prefix != sys.argv[1])"
    return subprocess.run([PYTHON, "-c", check, VENV], capture_output=True, check=False).returncode == 0


def stamp(kind: str) -> Path:
    return VENV / f"installed-{kind}"


def state(kind: str) -> str:
    """What the stamp must say: the lock file, this script's version, the place."""
    locked = hashlib.sha256((ROOT / "requirements" / f"{kind}.lock").read_bytes()).hexdigest()
    return f"{locked} {NEWER} {ROOT}\n"


def stamped(kind: str) -> bool:
    """Whether there is nothing to do. The packages of the tests hold those of a run."""
    if UNFINISHED.exists() or not PYTHON.exists():
        return False
    return any(stamp(done).exists() and stamp(done).read_text() == state(done) for done in {kind, "dev"})


def install(lock_file: Path) -> bool:
    """pip, silent unless it fails; it refuses any file whose hash is not in the lock file."""
    command = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "-qq",
        "--no-input",
        "--disable-pip-version-check",
        "--no-warn-script-location",
    ]
    environment = {
        key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME", "PIP_USER")
    }
    environment["PIP_ROOT_USER_ACTION"] = "ignore"
    where = ["--progress-bar", "off", "--require-hashes", "-r", str(lock_file)]
    return subprocess.run([*command, *where], env=environment, check=False).returncode == 0


def put_command() -> None:
    """Our own code is used where it lies: a path file names it, and a small script is the command."""
    ask = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    site = subprocess.run([PYTHON, "-c", ask], capture_output=True, text=True, check=True).stdout.strip()
    Path(site, "fairhand.pth").write_text(f"{ROOT / 'src'}\n")
    command = VENV / "bin" / "fairhand"
    command.write_text(LAUNCHER.format(python=shlex.quote(str(PYTHON))))
    command.chmod(0o755)


def last_line(told: str) -> str:
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else "it gave no reason"


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def stop(why: str) -> int:
    say(f"Set-up stopped: {why}")
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say("Set-up stopped. The next one starts where it can.")
        sys.exit(130)
    except OSError as error:
        sys.exit(
            stop(
                f"{error.filename or ROOT}: {error.strerror}. Check that this account may write there, then try again."
            )
        )
