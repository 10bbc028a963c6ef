"""An option: what several question types let one choose, order or rate."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fairhand.tasks.wording import Label, OptionValue, shown, unfit


class Item(BaseModel):
    """`value` is stored and delivered, `label` is shown."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    value: OptionValue
    label: Label


class Option(Item):
    """`value` is stored and delivered, `label` is shown, `key` chooses it from the keyboard."""

    key: Annotated[str, Field(pattern=r"^[0-9a-z]$")] | None = None


def no_two_alike(items: Sequence[Item]) -> None:
    """Raises ValueError where two have one value, or one key."""
    values = [item.value for item in items]
    keys = [item.key for item in items if isinstance(item, Option) and item.key is not None]
    for code, what, found in (("value_twice", "value", values), ("key_twice", "key", keys)):
        if twice := sorted({one for one in found if found.count(one) > 1}):
            raise unfit(code, f"two options have the {what} %(given)s", given=shown(twice[0]))
