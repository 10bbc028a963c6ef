"""What a notice says, in a language: the first line of `notices/KIND.txt` is its title, the rest its sentence."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from fairhand.notices.letters import one_line


def said(kind: str, facts: Mapping[str, Any], language: str) -> tuple[str, str]:
    """(title, sentence). Facts may hold texts by language; the reader's is taken, else English."""
    chosen = {
        name: (value.get(language) or value.get("en", "")) if isinstance(value, Mapping) else value
        for name, value in facts.items()
    }
    with translation.override(language):
        title, _, sentence = render_to_string(f"notices/{kind}.txt", one_line(chosen)).strip().partition("\n")
    return title.strip(), " ".join(sentence.split())
