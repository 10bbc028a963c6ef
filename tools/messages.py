"""The Arabic of the pages: gathers every sentence, keeps the translation file in step, compiles it. No gettext needed.

The sentences of pay are the engine's own: tools/pay_messages.py.

python tools/messages.py          brings django.po in step with the sources and compiles django.mo
python tools/messages.py --check  changes nothing; says what is missing, stale or English, and fails if anything is
python tools/messages.py --merge FILE
    takes translations from a JSON object first: {"English": "Arabic"}, or six plural forms in a list under the English
    singular; a context stands before the English as "context|English"
"""

import fcntl
import io
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "fairhand"
PO = SOURCE / "locale" / "ar" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
sys.path.insert(0, str(ROOT / "src"))

from django.conf import settings  # noqa: E402  # found through the line above
from django.utils.translation.template import templatize  # noqa: E402

KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3), "_in": ((1, "c"), 2),
}  # fmt: skip
PLACEHOLDER = re.compile(r"%\(\w+\)s")
ARABIC = re.compile("[\u0600-\u06ff]")
# Dates of the file would change with every run; the repository's history has the true ones.
STILL = datetime(2026, 1, 1, tzinfo=UTC)
# Zero, one, two, 3 to 10, 11 to 99, hundreds: the order that Django's own Arabic has.
PLURAL = "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5"
# A date's shape is letters for Django, not words.
NOT_WORDS = frozenset({"j M", "j M Y"})

Key = tuple[str, str | None]


def sentences() -> Iterator[tuple[str, object, str | None]]:
    """(file, message or (singular, plural), context) of everything that is said in the reader's language."""
    if not settings.configured:
        settings.configure(USE_I18N=True)
    for path in sorted((SOURCE / "web").rglob("*.py")):
        yield from _extracted(path, path.read_text())
    pages = SOURCE / "web" / "templates"
    templates = [*pages.rglob("*.html"), *pages.rglob("*.txt"), *(SOURCE / "tasks").rglob("*.html")]
    for path in sorted(templates):
        yield from _extracted(path, templatize(path.read_text(), origin=str(path)))


def _extracted(path: Path, source: str) -> Iterator[tuple[str, object, str | None]]:
    where = path.relative_to(ROOT).as_posix()
    for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
        yield where, message, context


def template() -> Catalog:
    """Every message once, with the files it stands in."""
    made = empty_catalog()
    for where, message, context in sentences():
        made.add(message, locations=[(where, 0)], context=context)
    return made


def empty_catalog() -> Catalog:
    """Arabic with its plural forms, and nothing in it."""
    made = Catalog(locale="ar", project="Fairhand", version="0.1", charset="utf-8", fuzzy=False)
    made.header_comment = "# Arabic of Fairhand's pages. Kept in step by tools/messages.py."
    made.mime_headers = [("Plural-Forms", f"nplurals=6; plural={PLURAL};")]
    made.creation_date = made.revision_date = STILL
    made.last_translator = made.language_team = made.msgid_bugs_address = ""
    return made


def translated() -> Catalog:
    """The translation as it is in the repository."""
    if not PO.exists():
        return empty_catalog()
    with PO.open("rb") as file:
        return read_po(file, locale="ar")


def merged() -> Catalog:
    """What the sources say today, with the translations there are."""
    old, new = translated(), template()
    for message in new:
        found = old.get(message.id, message.context) if message.id else None
        if found is not None and isinstance(found.string, tuple) == message.pluralizable:
            message.string = found.string
    return new


def take(catalog: Catalog, file: Path) -> list[str]:
    """Put the translations of a JSON file into the catalogue; says which of them belong to no sentence."""
    strange = []
    for key, arabic in json.loads(file.read_text()).items():
        context, bar, english = key.rpartition("|")
        message = catalog.get(key) or (catalog.get(english, context) if bar else None)
        if message is None:
            strange.append(f"{key!r} in {file} is said nowhere")
        else:
            message.string = tuple(arabic) if isinstance(arabic, list) else arabic
    return strange


def written(catalog: Catalog) -> bytes:
    """The bytes of django.po."""
    out = io.BytesIO()
    write_po(out, catalog, width=0, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return out.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """The bytes of django.mo."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def problems(catalog: Catalog) -> list[str]:
    """Sentences without Arabic, with English for Arabic, or that lost a figure on the way."""
    return [f"{_shown(message)}: {why}" for message in catalog if message.id for why in _wrong(message)]


def _wrong(message: Message) -> Iterator[str]:
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    english = message.id if isinstance(message.id, tuple | list) else (message.id,)
    if message.pluralizable and len(forms) != 6:
        yield f"has {len(forms)} plural forms; Arabic has six"
    figures = set(PLACEHOLDER.findall(english[-1]))
    for form in forms:
        if not form:
            yield "is not translated"
        elif form in english:
            yield "repeats the English"
        elif not ARABIC.search(form) and english[0] not in NOT_WORDS:
            yield f"has no Arabic letter: {form!r}"
        elif extra := _carried(form, figures, spelled=message.pluralizable):
            yield f"does not carry the same figures: {', '.join(sorted(extra))}"


def _carried(form: str, figures: set[str], spelled: bool) -> set[str]:
    """Figures lost or added. A plural form may leave some out: in Arabic one and two are said by the word alone."""
    found = set(PLACEHOLDER.findall(form))
    return found - figures if spelled else found ^ figures


def _shown(message: Message) -> str:
    text = message.id[0] if isinstance(message.id, tuple | list) else message.id
    return repr(text if len(text) <= 70 else text[:70] + "…")


def main() -> int:
    """0 if every sentence has its Arabic and both files are in step."""
    with PO.parent.parent.joinpath(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two translators at once, or a test run beside one
        return _main()


def _main() -> int:
    catalog, found = merged(), []
    if "--merge" in sys.argv[1:]:
        found = take(catalog, Path(sys.argv[-1]))
    found += problems(catalog)
    po, mo = written(catalog), compiled(catalog)
    if "--check" in sys.argv[1:]:
        for path, fresh in ((PO, po), (MO, mo)):
            if not path.exists() or path.read_bytes() != fresh:
                found.append(f"{path.relative_to(ROOT)} is stale; run python tools/messages.py")
    else:
        PO.parent.mkdir(parents=True, exist_ok=True)
        PO.write_bytes(po)
        MO.write_bytes(mo)
    for line in found:
        print(line)
    print(f"{len(catalog)} sentences, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
