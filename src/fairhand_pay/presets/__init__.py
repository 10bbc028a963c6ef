"""Named compositions of primitives, one file each: what most plans are made from."""

import sys
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from fairhand_pay.currency import exponent
from fairhand_pay.errors import TermsError, shown
from fairhand_pay.presets._part import Preset
from fairhand_pay.terms import Terms
from fairhand_pay.walk import parts_in

PRESETS: dict[tuple[str, int], Preset[Any]] = parts_in(sys.modules[__name__])


def preset_names() -> list[str]:
    """Names in order."""
    return sorted({name for name, _ in PRESETS})


def terms_from_preset(preset: str, params: Mapping[str, Any], currency: str) -> Terms:
    """Terms from a preset's few parameters.

    Raises TermsError; its path is the parameter (`price`), `preset`, `currency`, or "" for the plan as a whole.
    """
    versions = [version for name, version in PRESETS if name == preset]
    if not versions:
        known = ", ".join(preset_names())
        raise TermsError("preset", f"{shown(preset)} is not a pay preset; there are {known}")
    try:
        exponent(currency)
    except ValueError as unknown:
        raise TermsError("currency", str(unknown)) from None
    part = PRESETS[preset, max(versions)]
    try:
        asked = part.params.model_validate(dict(params))
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise TermsError(".".join(str(step)[:40] for step in found["loc"]), found["msg"]) from None
    composed = part.compose(asked)
    try:
        return Terms.parse({**composed.terms, "currency": currency})
    except TermsError as error:
        # The reader wrote the preset's parameters, not the primitives': name theirs.
        raise TermsError(composed.names.get(error.path, ""), error.why) from None
