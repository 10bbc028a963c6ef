"""The living style page, for whoever builds pages; only with FAIRHAND_DEBUG=1.

It walks the folder of the components and shows each one's example (`templates/style/<component>.html`) twice: in the
reader's language and light, and beside it in the other language, the other direction and the other light.
"""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from fairhand.people.access import ANYONE
from fairhand.web import errors
from fairhand.web.contrast import contrasts, tokens
from fairhand.web.entry import opens
from fairhand.web.style_samples import samples

COMPONENTS = Path(__file__).parent / "templates" / "cotton"
EXAMPLES = Path(__file__).parent / "templates" / "style"
_RTL = frozenset({"ar"})
_SIZES = ("xs", "s", "m", "l", "xl", "2xl")
_STEPS = ("s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8")


@dataclass(frozen=True, slots=True)
class Pane:
    """A language with its direction, in one light."""

    key: str
    language: str
    theme: str

    @property
    def direction(self) -> str:
        """rtl or ltr."""
        return "rtl" if self.language in _RTL else "ltr"


@dataclass(frozen=True, slots=True)
class Sample:
    """A component's tag and its example, drawn once a pane."""

    tag: str
    drawn: tuple[tuple[Pane, SafeString], ...]

    @property
    def wide(self) -> bool:
        """Whether its panes stand under each other."""
        return self.tag in _WIDE


_WIDE = frozenset({
    "terms-strip", "page", "work-table", "people-table", "progress-rows", "filters", "chart-line", "timeline", "diff",
})  # fmt: skip


def component_names() -> list[str]:
    """Every component, as its tag is written without `c-`."""
    return sorted(path.stem.replace("_", "-") for path in COMPONENTS.glob("*.html"))


@opens(ANYONE)
def style(request: HttpRequest) -> HttpResponse:
    """Tokens, components and the pages of failures. All figures are invented."""
    panes = _panes(request)
    sheet = finders.find("fairhand/fairhand.css")
    if not isinstance(sheet, str):
        raise FileNotFoundError("fairhand.css is not built; run `npm ci && npm run build` in ui/")
    colours = tokens(Path(sheet).read_text(encoding="utf-8"))
    context = {
        "samples": [_sample(name, panes, request) for name in component_names()],
        "colours": sorted(colours.items()), "contrasts": contrasts(colours), "panes": panes,
        "sizes": _SIZES, "steps": _STEPS, "statuses": errors.STATUSES,
    }  # fmt: skip
    return render(request, "style.html", context)


@opens(ANYONE)
def failure(request: HttpRequest, status: int) -> HttpResponse:
    """The page for what went wrong, to look at."""
    if status not in errors.STATUSES:
        raise Http404
    return errors.page(request, status)


def _panes(request: HttpRequest) -> tuple[Pane, Pane]:
    here = translation.get_language()
    elsewhere = next(code for code, _ in settings.LANGUAGES if code != here)
    dark = request.COOKIES.get("fairhand_theme") == "dark"
    light, other = ("dark", "light") if dark else ("", "dark")
    return Pane("one", here, light), Pane("two", elsewhere, other)


def _sample(name: str, panes: tuple[Pane, ...], request: HttpRequest) -> Sample:
    return Sample(name, tuple((pane, _drawn(name, pane, request)) for pane in panes))


def _drawn(name: str, pane: Pane, request: HttpRequest) -> SafeString:
    with translation.override(pane.language):
        context = samples(pane.language, pane.direction == "rtl", pane.key)
        return render_to_string(f"style/{name.replace('-', '_')}.html", context, request)
