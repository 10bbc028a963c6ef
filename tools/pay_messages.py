"""The Arabic of the pay engine's sentences, which are a gettext domain of their own: the engine runs without the pages.

python tools/pay_messages.py [--check] [--merge FILE]   as tools/messages.py, whose rules of a translation it shares
"""

import fcntl
import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from fairhand_pay import SENTENCES, SINGULARS  # noqa: E402  # found through the line above
from tools import messages  # noqa: E402

PO = ROOT / "src" / "fairhand_pay" / "locale" / "ar" / "LC_MESSAGES" / "fairhand_pay.po"
MO = PO.with_suffix(".mo")


def template() -> Catalog:
    """Every sentence once; one that counts something with its singular."""
    made = messages.empty_catalog()
    made.project = "Fairhand pay"
    made.header_comment = "# Arabic of the pay engine. Kept in step by tools/pay_messages.py."
    for key, text in sorted(SENTENCES.items()):
        made.add((SINGULARS[key][0], text) if key in SINGULARS else text, locations=[(key, 0)])
    return made


def merged() -> Catalog:
    """What the engine says today, with the translations there are."""
    old = read_po(io.BytesIO(PO.read_bytes()), locale="ar") if PO.exists() else messages.empty_catalog()
    new = template()
    for message in new:
        found = old.get(message.id) if message.id else None
        if found is not None and isinstance(found.string, tuple) == message.pluralizable:
            message.string = found.string
    return new


def main(words: list[str]) -> int:
    """0 if every sentence has its Arabic and both files are in step."""
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.parent.parent.joinpath(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        catalog = merged()
        found = messages.take(catalog, Path(words[-1])) if "--merge" in words else []
        found += messages.problems(catalog)
        files = ((PO, messages.written(catalog)), (MO, messages.compiled(catalog)))
        for path, fresh in files:
            if "--check" not in words:
                path.write_bytes(fresh)
            elif not path.exists() or path.read_bytes() != fresh:
                found.append(f"{path.relative_to(ROOT)} is stale; run python tools/pay_messages.py")
    for line in found:
        print(line)
    print(f"{len(catalog)} sentences of pay, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
