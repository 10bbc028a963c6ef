"""Addresses of the built files: the content's hash is part of the address, so a browser never keeps an old one."""

import hashlib
from functools import cache

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static


def address(name: str) -> str:
    """`/static/fairhand/fairhand.css?v=3f9a…` of a file below `static/`."""
    mark = _mark.__wrapped__(name) if settings.DEBUG else _mark(name)
    return f"{static(name)}?v={mark}"


@cache
def _mark(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(f"the static file {name} is missing; run `npm ci && npm run build` in ui/")
    with open(found, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()[:12]
