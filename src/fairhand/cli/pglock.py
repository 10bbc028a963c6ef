"""What a server that ended badly leaves behind, and when it is safe to put it out of the way.

PostgreSQL refuses to start while `postmaster.pid` names a living process. After a kill or a power cut that number may
belong to a zombie or to somebody else's process. We hold the start lock when we look, so no second start can interfere.
"""

import os
import subprocess
from pathlib import Path

# No system hands out this process number. We put it in place of a stale one instead of deleting the file, so that
# PostgreSQL still makes its own check that no old backend is attached to the shared memory named further down.
NOBODY_PID = 99_999_999


def recorded_pid(data: Path) -> int | None:
    """The process number in `postmaster.pid`; None without a usable file."""
    try:
        first = (data / "postmaster.pid").read_text(errors="replace").split("\n", 1)[0].strip()
    except FileNotFoundError:
        return None
    return int(first) if first.isdigit() else None


def living_server(data: Path) -> int | None:
    """The number of the server process of this data folder, if it lives (answering or not)."""
    pid = recorded_pid(data)
    return pid if pid and pid != NOBODY_PID and _is_server_of(pid, data) else None


def put_aside(data: Path, sockets: Path) -> bool:
    """Makes leftovers of a dead server harmless. Call it only when `living_server` is None. True if there were any."""
    found = False
    lock = data / "postmaster.pid"
    if lock.exists():
        pid = recorded_pid(data)
        if pid is None:  # cut off while it was written: no server got far enough to attach memory
            lock.unlink()
            found = True
        elif pid != NOBODY_PID and _exists(pid):
            rest = lock.read_text(errors="replace").split("\n", 1)[1:]
            lock.write_text("\n".join([str(NOBODY_PID), *rest]))
            found = True
    if sockets.is_dir():
        for left in sockets.glob(".s.PGSQL.*"):
            left.unlink()
    return found


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_server_of(pid: int, data: Path) -> bool:
    process = Path(f"/proc/{pid}")
    if Path("/proc/self/stat").exists():
        try:
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
            # The server's working folder is its data folder, whoever started it and however it is called.
            return state not in ("Z", "X") and os.path.samefile(os.readlink(process / "cwd"), data)
        except OSError:
            return False
    if not _exists(pid):
        return False
    told = subprocess.run(
        ["/bin/ps", "-o", "state=,command=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return "postgres" in told and not told.lstrip().startswith("Z")
