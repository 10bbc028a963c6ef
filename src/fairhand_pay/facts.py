"""What happened on one claim, as far as pay cares."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from fairhand_pay.errors import FactsError, shown


@dataclass(frozen=True, slots=True)
class Facts:
    """`active_ms`: work time in milliseconds, None where none was recorded (it is then unknown, not nought).

    `units`: how many of each unit the submission holds. Raises FactsError for anything but whole numbers from 0.
    """

    active_ms: int | None
    units: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.active_ms is not None:
            _whole("active_ms", self.active_ms)
        for unit, number in self.units.items():
            _whole(f"units.{unit}", number)
        # A frozen copy: lines computed twice from the same facts are the same lines.
        object.__setattr__(self, "units", MappingProxyType(dict(self.units)))


def _whole(path: str, value: object) -> None:
    if type(value) is not int or value < 0:
        raise FactsError(path, f"{shown(value)} is not a whole number from 0")
