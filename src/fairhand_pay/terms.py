"""Terms: what a claim pays, frozen when it is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fairhand_pay.currency import AMOUNT_MINOR_MAX, exponent, round_minor
from fairhand_pay.errors import TermsError, shown
from fairhand_pay.facts import Facts
from fairhand_pay.primitives import PRIMITIVES
from fairhand_pay.primitives._part import Draft, Frame, Params, Primitive

PAID_S_MAX_MAX = 7 * 86_400
_PRIMITIVES_MAX = 8


class _Written(BaseModel):
    """The outer shape of terms as JSON."""

    model_config = ConfigDict(extra="forbid")

    currency: Annotated[str, Field(strict=True)]
    paid_s_max: Annotated[int, Field(strict=True, ge=1, le=PAID_S_MAX_MAX)] | None = None
    primitives: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=_PRIMITIVES_MAX)]


@dataclass(frozen=True, slots=True)
class Chosen:
    """One primitive of a plan, in one version, with its parameters."""

    primitive: str
    version: int
    params: Params

    @property
    def part(self) -> Primitive[Any]:
        """The code that this name and version stand for."""
        return PRIMITIVES[self.primitive, self.version]

    def drafts(self, facts: Facts, frame: Frame) -> tuple[Draft, ...]:
        """Its lines before rounding."""
        return self.part.drafts(facts, self.params, frame)


@dataclass(frozen=True, slots=True)
class Terms:
    """`paid_s_max`: the longest paid time of a claim, None where no time is paid for."""

    currency: str
    primitives: tuple[Chosen, ...]
    paid_s_max: int | None

    @classmethod
    def parse(cls, value: object) -> "Terms":
        """Terms from their JSON form. Raises TermsError for anything that could not be paid by."""
        try:
            written = _Written.model_validate(value)
        except ValidationError as error:
            raise _first(error) from None
        try:
            exponent(written.currency)
        except ValueError as unknown:
            raise TermsError("currency", str(unknown)) from None
        frame = Frame(written.currency, written.paid_s_max)
        chosen = tuple(_choose(each, f"primitives.{n}", frame) for n, each in enumerate(written.primitives))
        _refuse_twice(chosen)
        if written.paid_s_max is not None and not any(each.part.timed for each in chosen):
            raise TermsError("paid_s_max", "no primitive of this plan pays for time; leave the maximum out")
        terms = cls(written.currency, chosen, written.paid_s_max)
        most = ceiling(terms)
        if not 0 < most <= AMOUNT_MINOR_MAX:
            raise TermsError("", f"one claim could earn {most} minor units; it must be 1 to {AMOUNT_MINOR_MAX}")
        return terms

    def to_json(self) -> dict[str, Any]:
        """The one JSON form: what `parse` reads, amounts in full digits, nothing left out, no floats."""
        return {
            "currency": self.currency,
            "paid_s_max": self.paid_s_max,
            "primitives": [
                {"primitive": each.primitive, "version": each.version, **each.params.model_dump(mode="json")}
                for each in self.primitives
            ],
        }

    @property
    def frame(self) -> Frame:
        """What holds for all its primitives."""
        return Frame(self.currency, self.paid_s_max)


def ceiling(terms: Terms) -> int:
    """The most minor units that one claim on these terms can earn, whatever the facts: what is reserved for it."""
    frame = terms.frame
    most = (draft for each in terms.primitives for draft in each.drafts(each.part.most(each.params, frame), frame))
    return sum(round_minor(draft.exact) for draft in most)


def needs_time(terms: Terms) -> bool:
    """Whether pay depends on work time, so that it must be recorded."""
    return any(each.part.timed for each in terms.primitives)


def units_of(terms: Terms) -> tuple[str, ...]:
    """The units whose number must be known, in the order of the plan."""
    return tuple(each.part.counts(each.params) for each in terms.primitives if not each.part.timed)


def _choose(written: Mapping[str, Any], path: str, frame: Frame) -> Chosen:
    params = dict(written)
    name, version = params.pop("primitive", None), params.pop("version", None)
    part = PRIMITIVES.get((name, version)) if isinstance(name, str) and type(version) is int else None
    if part is None:
        known = ", ".join(f"{name} version {version}" for name, version in sorted(PRIMITIVES))
        raise TermsError(
            f"{path}.primitive", f"{shown(name)} version {shown(version)} is not a pay primitive; there are {known}"
        )
    try:
        settled = part.settle(part.params.model_validate(params), frame)
    except ValidationError as error:
        raise _first(error, path) from None
    except TermsError as error:
        raise TermsError(".".join(filter(None, (path, error.path))), error.why) from None
    return Chosen(part.name, part.version, settled)


def _refuse_twice(chosen: tuple[Chosen, ...]) -> None:
    seen: set[str] = set()
    for number, each in enumerate(chosen):
        counted = each.part.counts(each.params)
        if counted in seen:
            raise TermsError(f"primitives.{number}", f"{counted} is paid for by an earlier primitive already")
        seen.add(counted)


def _first(error: ValidationError, path: str = "") -> TermsError:
    """The first thing that is wrong, in our own error."""
    found = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(filter(None, (path, *(str(step)[:40] for step in found["loc"]))))
    return TermsError(where, found["msg"])
