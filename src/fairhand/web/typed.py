"""What somebody typed into a form, as text that can be stored; and what was wrong with a field of it."""

from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one field of a form, for its place and for the list above it."""

    name: str
    label: str
    problem: str

    @property
    def anchor(self) -> str:
        """Where the list leads."""
        return f"f-{self.name}"


def typed_in(request: HttpRequest, *names: str) -> dict[str, str]:
    """Field by field; empty for what was not sent. No browser sends a NUL, and PostgreSQL stores none: they go."""
    return {name: request.POST.get(name, "").replace("\x00", "").replace("\r\n", "\n").strip() for name in names}


def amount_typed(text: str) -> str:
    """An amount of money as people type it in either language, as plain decimal text; the rules refuse what isn't."""
    plain = text.replace("\u066b", ".").replace("\u066c", "").replace(",", "").replace("$", "").replace("€", "")
    return "".join(str(int(char)) if char.isdecimal() else char for char in plain.strip())
