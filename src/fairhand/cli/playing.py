"""What `import` and `replay` share: reading a pack with progress, and making its project."""

import sys
from collections.abc import Callable
from datetime import datetime

from tqdm import tqdm

from fairhand.audit.actor import COMMAND
from fairhand.cli.output import CliError, say
from fairhand.flow.demo_people import seat_demo_people
from fairhand.flow.import_pack import import_pack
from fairhand.kernel.refusals import Refused
from fairhand.packs import Pack, PackRefused, find_pack, read_pack
from fairhand.projects.models import Project


def checked_pack(name_or_path: str) -> Pack:
    """Read and check a whole pack. Raises CliError with every error's file, line and field."""
    try:
        return read_pack(find_pack(name_or_path))
    except PackRefused as refused:
        raise CliError(f"the pack {name_or_path[:80]!r} was refused, nothing was imported.\n{refused}") from None


def project_of(pack: Pack, now: datetime) -> Project:
    """The pack's project, made if it is not there. Raises CliError if the launch is refused."""
    made = import_pack(pack=pack, actor=COMMAND, now=now)
    if isinstance(made, Refused):
        raise CliError(f"the pack {pack.spec.slug!r} could not be launched, nothing was imported. {made.why}")
    seat_demo_people(project=made, now=now)
    return made


def bar() -> Callable[[str, int, int], None]:
    """A progress function (what, done, of) that draws a bar on a terminal, and a line now and then elsewhere."""
    if sys.stderr.isatty():
        return _bar()
    shown: dict[str, int] = {}

    def told(what: str, done: int, total: int) -> None:
        tenth = done * 10 // max(total, 1)
        if shown.get(what) != tenth:
            shown[what] = tenth
            say(f"{what}: {done} of {total}")

    return told


def _bar() -> Callable[[str, int, int], None]:
    bars: dict[str, tqdm] = {}

    def drawn(what: str, done: int, total: int) -> None:
        if what not in bars:
            bars[what] = tqdm(total=total, desc=what, unit="", dynamic_ncols=True)
        bars[what].update(done - bars[what].n)
        if done >= total:
            bars[what].close()

    return drawn
