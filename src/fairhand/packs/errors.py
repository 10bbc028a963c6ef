"""What is wrong with a pack: collected as many at a time as a reader can use, each with file, line and field."""

from dataclasses import dataclass

from fairhand.kernel.limits import PACK_ERRORS_MAX, PACK_FAULTS_MAX

_WHY_CHARS_MAX = 400


@dataclass(frozen=True, slots=True)
class PackError:
    """One fault. `line` counts from 1, and is None where the fault is the whole file's; `why` follows the field."""

    file: str
    line: int | None
    field: str | None
    why: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file} line {self.line}"
        return f"{place}, {self.field}: {self.why}" if self.field else f"{place}: {self.why}"


class PackRefused(Exception):
    """A pack that cannot be used. `errors` are the first ones in reading order, `more` is how many were not listed."""

    def __init__(self, errors: tuple[PackError, ...], more: int = 0) -> None:
        self.errors = errors
        self.more = more
        lines = [str(error) for error in errors]
        if more:
            lines.append(f"… and {more} more")
        super().__init__("\n".join(lines))


class Errors:
    """A growing list of faults with a maximum."""

    def __init__(self) -> None:
        self._listed: list[PackError] = []
        self.count = 0

    def add(self, file: str, line: int | None, field: str | None, why: str) -> None:
        """Note a fault; beyond the maximum it is only counted, and far beyond it reading ends with PackRefused."""
        self.count += 1
        # The last net: sentences quote with `shown`, but some come from libraries.
        why = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in why[:_WHY_CHARS_MAX])
        if len(self._listed) < PACK_ERRORS_MAX:
            self._listed.append(PackError(file, line, field, why))
        if self.count >= PACK_FAULTS_MAX:
            self.refuse_if_any()

    def take(self, refused: PackRefused) -> None:
        """Note the faults of a file that could not be read to its end; where reading has ended, end it here too."""
        if self.count >= PACK_FAULTS_MAX:
            raise refused
        for error in refused.errors:
            self.add(error.file, error.line, error.field, error.why)

    def refuse_if_any(self) -> None:
        """Raises PackRefused when something was noted."""
        if self.count:
            raise PackRefused(tuple(self._listed), self.count - len(self._listed))


def refusal(file: str, why: str, line: int | None = None, field: str | None = None) -> PackRefused:
    """A refusal with one reason."""
    return PackRefused((PackError(file, line, field, why),))
