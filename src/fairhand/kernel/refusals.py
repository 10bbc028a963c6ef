"""A refusal is a value: a rule returns it, the door maps its code to an HTTP status and a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Refused:
    """Why something was not done.

    `code` is stable and machine-readable (`terms_changed`); `why` is an English sentence for logs and the API;
    `facts` hold what a door needs to say it in the reader's language.
    """

    code: str
    why: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class RefusedError(Exception):
    """Carries a refusal out of a transaction, so that everything written in it is rolled back."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.why)
        self.refused = refused
