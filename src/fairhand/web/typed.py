"""What somebody typed into a form, as text that can be stored."""

from django.http import HttpRequest


def typed_in(request: HttpRequest, *names: str) -> dict[str, str]:
    """Field by field; empty for what was not sent. No browser sends a NUL, and PostgreSQL stores none: they go."""
    return {name: request.POST.get(name, "").replace("\x00", "").replace("\r\n", "\n").strip() for name in names}
