"""No page says a word that is in no catalogue: such a word would be English for everybody."""

from pathlib import Path

import pytest

from tests.house.unsaid import in_code, in_plain_template, in_template

ROOT = Path(__file__).resolve().parent.parent.parent
WEB = ROOT / "src" / "fairhand" / "web"
FOLDERS = (WEB / "templates", ROOT / "src" / "fairhand" / "tasks", ROOT / "src" / "fairhand" / "people")
# The page of the design system shows its parts to whoever builds pages; it exists in debug mode alone.
FOR_BUILDERS = frozenset({"style.html"})
# Read by machines that watch, or said to a stranger before any language is known.
NO_READER = frozenset({"probes.py", "observed.py", "middleware.py"})


def _templates() -> list[Path]:
    found = [path for folder in FOLDERS for path in folder.rglob("*") if path.suffix in (".html", ".txt", ".svg")]
    return sorted(path for path in found if path.name not in FOR_BUILDERS)


@pytest.mark.parametrize("path", _templates(), ids=lambda path: path.relative_to(ROOT / "src" / "fairhand").as_posix())
def test_a_template_says_only_what_is_in_the_catalogue(path: Path) -> None:
    read = in_plain_template if path.suffix == ".txt" else in_template
    assert read(path.read_text()) == []


def test_no_page_says_a_sentence_from_code_that_is_in_no_catalogue() -> None:
    files = [path for path in sorted(WEB.rglob("*.py")) if path.name not in NO_READER]
    found = [f"{path.relative_to(ROOT)}:{line}" for path in files for line in in_code(path.read_text())]
    assert found == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<p>{% translate "Hello" %}</p>', []),
        ("{% if x %}Yes{% endif %}", ["Yes"]),
        ("<p>{% blocktranslate count n=n %}one{% plural %}many{% endblocktranslate %}</p>", []),
        ("<p>{% blocktranslate %}one{% endblocktranslate %} more</p>", ["more"]),
        ('<a aria-label="Close">×</a>', ['<a aria-label="Close">']),
        ('<input placeholder="e-mail" class="wide one">', ['<input placeholder="e-mail">']),
        ('<c-state title="Nothing yet" tone="calm" />', ['<c-state title="Nothing yet">']),
        ('<c-field label="{% translate \'Name\' %}" name="name of it" />', []),
        ('<c-vars value_label="Number" />', ['<c-vars value_label="Number">']),
        ('<b data-copied="Copied now">x</b>', ['<b data-copied="Copied now">']),
        ('{{ x|default:"none" }}', ['default "none"']),
        ('<b class="{{ x|default:"none" }}">{{ y }}</b>', []),
        ('{{ x|yesno:"on,off" }}', ['default "on,off"']),
        ("<b>Fairhand</b> <kbd>N</kbd> 12&nbsp;%", []),
        ("<code>SELECT 1</code>", []),
    ],
)
def test_what_a_template_says_is_found(source: str, found: list[str]) -> None:
    assert in_template(source) == found


@pytest.mark.parametrize(
    ("source", "n"),
    [
        ('messages.success(request, "Done.")', 1),
        ('messages.success(request, _("Done."))', 0),
        ('messages.warning(request, f"{n} lines")', 1),
        ('messages.warning(request, _("%(n)s lines") % {"n": n}, extra_tags="no")', 0),
        ('x = {"title": "Nothing is here"}', 1),
        ('x = {"title": gettext_noop("Nothing is here")}', 0),
        ('"""A module of pages."""\ndef f():\n    """What it does."""\n    raise ValueError("Not a report")', 0),
        ('Refused("no_seat", "You have no seat.")', 0),
        ('log.warning("The queue is %s long", n)', 0),
        ('SQL = "SELECT a FROM b"', 0),
    ],
)
def test_what_code_says_is_found(source: str, n: int) -> None:
    assert len(in_code(source)) == n, in_code(source)
