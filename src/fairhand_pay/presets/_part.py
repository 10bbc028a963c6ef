"""What a preset is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from fairhand_pay.primitives._part import Params


@dataclass(frozen=True, slots=True)
class Composed:
    """`terms`: their JSON form without the currency. `names`: path in them -> the parameter it was written as."""

    terms: Mapping[str, Any]
    names: Mapping[str, str]


P = TypeVar("P", bound=Params)


class Preset(Protocol[P]):
    """A named, documented composition of primitives."""

    name: str
    version: int
    params: type[P]

    def compose(self, asked: P) -> Composed:
        """Terms from parameters. Raises TermsError, its path the parameter."""
        ...
