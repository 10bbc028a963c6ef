"""A field of a form that is drawn from the parameters of a part: a preset, or a policy."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FormField:
    """`type`: of the component `c-field`. `needed`: it can't be left empty. `checked`: of a checkbox."""

    name: str
    label: str
    type: str
    value: str
    help: str
    options: list[tuple[str, str]]
    problem: str
    needed: bool = False
    checked: bool = False

    @property
    def optional(self) -> bool:
        """The other way round, for a form that says which may be left out."""
        return not self.needed
