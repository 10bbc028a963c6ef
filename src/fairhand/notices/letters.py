"""E-mail, written in the reader's language.

A template `mail/NAME.txt` is written once: the first line is the subject, a blank line ends a paragraph, and a
paragraph `[label] address` is a link. The text is sent as it stands and as HTML, which loads nothing from anywhere.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

SUBJECT_CHARS_MAX = 200
_LINK = re.compile(r"\[([^\]\n]+)\] (https?://\S+)")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Written:
    """An e-mail ready to leave."""

    subject: str
    text: str
    html: str


def write(template: str, language: str, context: Mapping[str, Any]) -> Written:
    """Renders `mail/{template}.txt`. Values are put on one line each, so none can add a header or a link of its own."""
    with translation.override(language):
        values = one_line(context) | {"public_url": settings.PUBLIC_URL, "language": language}
        told = render_to_string(f"mail/{template}.txt", values)
        subject, _, body = told.strip().partition("\n")
        parts = [part for part in (_paragraph(text) for text in re.split(r"\n\s*\n", body)) if part["text"]]
        subject = _CONTROLS.sub(" ", subject).strip()[:SUBJECT_CHARS_MAX]
        frame = values | {"subject": subject, "parts": parts, "rtl": translation.get_language_bidi()}
        return Written(subject, render_to_string("mail/base.txt", frame), render_to_string("mail/base.html", frame))


def one_line(values: Mapping[str, Any]) -> dict[str, Any]:
    """Texts, also those in lists of mappings, without line breaks and without marks that turn the direction of text."""
    return {key: _flat(value) for key, value in values.items()}


def _flat(value: Any) -> Any:
    if isinstance(value, str):
        return _CONTROLS.sub(" ", value).strip()
    if isinstance(value, Mapping):
        return one_line(value)
    return [_flat(each) for each in value] if isinstance(value, list | tuple) else value


def _paragraph(text: str) -> dict[str, str]:
    text = " ".join(text.split())
    link = _LINK.fullmatch(text)
    return {"text": text, "label": link.group(1) if link else "", "url": link.group(2) if link else ""}
