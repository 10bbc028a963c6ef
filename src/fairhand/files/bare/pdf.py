"""PDF: written anew by qpdf (through pikepdf), in a process of its own with bounded time and memory.

A document is a program's data structure from a stranger: what breaks or exhausts its reader ends that process only.
"""

import os
import subprocess
import sys
from pathlib import Path

from fairhand.files.bare import pdf_alone
from fairhand.files.bare.pieces import Unfit
from fairhand.kernel.limits import FILE_BYTES_MAX, PDF_CLEAN_MEMORY_BYTES_MAX, PDF_CLEAN_S_MAX

_SAID_CHARS_MAX = 500


def bare_pdf(source: Path, target: Path) -> None:
    """Write the document without what it says of itself. Raises Unfit: locked, unreadable.

    RuntimeError: this installation can't clean documents.
    """
    # Isolated: no module of the folder it lies in stands in for one of Python's.
    command = [sys.executable, "-I", pdf_alone.__file__, str(source), str(target)]
    bounds = map(str, (PDF_CLEAN_S_MAX, PDF_CLEAN_MEMORY_BYTES_MAX, 2 * FILE_BYTES_MAX))
    try:
        done = subprocess.run(  # noqa: S603  # our own file; the paths are ours
            [*command, *bounds], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            timeout=PDF_CLEAN_S_MAX, check=False, env=_without_secrets(),
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Unfit("unreadable") from error
    if done.returncode == pdf_alone.NOT_HERE:
        said = done.stderr.decode(errors="replace")[-_SAID_CHARS_MAX:]
        raise RuntimeError(f"documents can't be cleaned here: {said}")
    if done.returncode == pdf_alone.LOCKED:
        raise Unfit("locked")
    if done.returncode or not target.is_file() or not target.stat().st_size:
        raise Unfit("unreadable")


def _without_secrets() -> dict[str, str]:
    """What a Python needs to start, and nothing of what Fairhand was told: a stranger's document is read there."""
    return {name: value for name, value in os.environ.items() if name in ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")}
