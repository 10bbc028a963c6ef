"""A conversation: who said what in turn, with the tools that a model called and what it thought, where it says so."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fairhand.kernel.limits import CHAT_CALLS_MAX, CHAT_TURNS_MAX
from fairhand.tasks.fields._field import FieldTerms
from fairhand.tasks.fields._text import text_problems
from fairhand.tasks.wording import Problem, shown


class Call(BaseModel):
    """A tool that was called, and with what (as the text that the model wrote)."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=200)
    arguments: str = ""


class Turn(BaseModel):
    """`content` may be empty where tools are called. `name`: who speaks, or the tool that answers."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    role: Literal["system", "user", "assistant", "tool"]
    content: str = ""
    name: str = Field(default="", max_length=200)
    reasoning: str = ""
    tool_calls: list[Call] = Field(default_factory=list, max_length=CHAT_CALLS_MAX)


class ChatTerms(FieldTerms):
    """`reasoning`: whether what the model thought is shown."""

    type: Literal["chat"]
    reasoning: bool = True


class ChatField:
    """value: a list of turns, {"role", "content", "name"?, "reasoning"?, "tool_calls"?: [{"name", "arguments"}]}."""

    name = "chat"
    version = 1
    terms = ChatTerms

    def check(self, value: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_a_list, too_many, bad_turn, blank, bad_character, too_long."""
        field = str(terms["name"])
        if not isinstance(value, list) or not value:
            return [Problem(field, "not_a_list", "must be a list of turns, at least one")]
        if len(value) > CHAT_TURNS_MAX:
            return [Problem(field, "too_many", f"has {len(value)} turns; {CHAT_TURNS_MAX} are allowed")]
        for number, given in enumerate(value, start=1):
            try:
                turn = Turn.model_validate(given)
            except ValidationError as error:
                found = error.errors()[0]
                where = ".".join(map(str, found["loc"]))
                why = f"turn {number}: {shown(where)} {found['msg'].lower()}"
                return [Problem(field, "bad_turn", why)]
            if not turn.content.strip() and not turn.tool_calls:
                return [Problem(field, "blank", f"turn {number} says nothing and calls no tool")]
        return text_problems(field, self.search_text(value), blank=True)

    def search_text(self, value: Any) -> str:
        """Everything that is said in it."""
        return "\n".join(_texts(value))


def _texts(turns: list[Mapping[str, Any]]) -> Iterator[str]:
    for turn in turns:
        yield from (str(turn[part]) for part in ("name", "content", "reasoning") if turn.get(part))
        for call in turn.get("tool_calls", []):
            yield f"{call['name']} {call.get('arguments', '')}"


PART = ChatField()
