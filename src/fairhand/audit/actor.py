"""Who did it: a kind and an opaque id, so that the lowest floor needs to know nobody."""

from dataclasses import dataclass
from uuid import UUID

KINDS = ("person", "job", "command", "replay")


@dataclass(frozen=True, slots=True)
class Actor:
    """The doer of a command.

    `person`: a signed-in human, `id` is theirs. `job`: a timed job. `command`: the operator at the command line.
    `replay`: a pack's history being played; `id` is the recorded or synthetic person it plays.
    """

    kind: str
    id: UUID | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"actor kind {self.kind!r} is not one of {', '.join(KINDS)}")


JOB = Actor("job")
COMMAND = Actor("command")
