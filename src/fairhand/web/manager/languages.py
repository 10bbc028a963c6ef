"""Which languages a project's texts have: English, those the pages speak, and whatever a pack brought."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import get_language_info

from fairhand.projects.models import Project


def languages_of(project: Project, texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """(code, the language's own name), English first; a code nobody knows is its own name."""
    codes = ["en", *(code for code, _ in settings.LANGUAGES), *project.languages, *sorted(texts)]
    return [(code, _name(code)) for code in dict.fromkeys(codes)]


def _name(code: str) -> str:
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return code
