"""A statement on paper: text that is ready in the reader's language in, a PDF out. The same text gives the same bytes.

Set by typst with the fonts beside this file, and no others: a machine's own can't change what a statement looks like.
Nothing in the data is markup, so no name or note can draw anything or read a file.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import typst

_HERE = Path(__file__).parent / "paper"


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A label and its cells; `strong` for openings and closings."""

    label: str
    cells: tuple[str, ...]
    strong: bool = False


@dataclass(frozen=True, slots=True)
class PaperCurrency:
    """A currency's table of balances, and a sentence under it."""

    title: str
    head: tuple[str, ...]
    rows: tuple[PaperRow, ...]
    said: str


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything a statement's PDF says. `lines`: (made at, sentence, project, amount). `proof`: label and value."""

    language: str
    title: str
    facts: tuple[tuple[str, str], ...]
    note: str | None
    currencies: tuple[PaperCurrency, ...]
    lines_title: str
    lines_head: tuple[str, str, str, str]
    lines: Sequence[tuple[str, str, str, str]]
    more: str | None
    proof: tuple[tuple[str, str], ...]
    foot: str


def pdf_of(paper: Paper) -> bytes:
    """The PDF."""
    made = typst.compile(
        str(_HERE / "statement.typ"), root=str(_HERE), font_paths=_fonts(), ignore_system_fonts=True, format="pdf",
        sys_inputs={"data": json.dumps(asdict(paper), ensure_ascii=False)},
    )  # fmt: skip
    return bytes(made)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_HERE / "fonts")])
