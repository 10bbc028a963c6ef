"""A labelling configuration, which is XML, as tags with their lines. No document type, no entities of its own. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from fairhand.kernel.limits import LABEL_STUDIO_BYTES_MAX, LABEL_STUDIO_DEPTH_MAX, LABEL_STUDIO_TAGS_MAX
from fairhand.tasks.label_studio.reasons import reason
from fairhand.tasks.wording import Reason


class BadConfig(ValueError):
    """Why a configuration can't be read at all, and where."""

    def __init__(self, line: int, why: Reason) -> None:
        super().__init__(f"line {line}: {why}")
        self.line = line
        self.why = why


@dataclass(slots=True)
class Tag:
    """One element: `attrs` as written, `text` directly in it, `inner` in order, `outer` the one around it."""

    name: str
    attrs: dict[str, str]
    line: int
    outer: "Tag | None" = None
    inner: list["Tag"] = field(default_factory=list)
    text: str = ""

    def walk(self) -> Iterator["Tag"]:
        """This one and all below it, in the order of the text."""
        yield self
        for each in self.inner:
            yield from each.walk()

    def around(self) -> Iterator["Tag"]:
        """This one and those around it, from the inside out."""
        tag: Tag | None = self
        while tag is not None:
            yield tag
            tag = tag.outer

    def of(self, *names: str) -> list["Tag"]:
        """The tags directly in it that have one of these names."""
        return [each for each in self.inner if each.name in names]

    def on(self, name: str, default: bool = False) -> bool:
        """A setting that is true or false."""
        return self.attrs.get(name, str(default)).strip().lower() == "true"


def read(text: str) -> Tag:
    """The outermost tag. Raises BadConfig."""
    if len(text.encode()) > LABEL_STUDIO_BYTES_MAX:
        raise BadConfig(1, reason("too_long", most=LABEL_STUDIO_BYTES_MAX))
    parser = expat.ParserCreate()
    parser.buffer_text = True  # a text of many lines is one piece
    top: list[Tag] = []
    open_: list[Tag] = []
    seen = 0

    def begin(name: str, attrs: dict[str, str]) -> None:
        nonlocal seen
        seen += 1
        line = parser.CurrentLineNumber
        if seen > LABEL_STUDIO_TAGS_MAX:
            raise BadConfig(line, reason("too_many_tags", most=LABEL_STUDIO_TAGS_MAX))
        if len(open_) >= LABEL_STUDIO_DEPTH_MAX:
            raise BadConfig(line, reason("too_deep", most=LABEL_STUDIO_DEPTH_MAX))
        tag = Tag(name, dict(attrs), line, open_[-1] if open_ else None)
        (open_[-1].inner if open_ else top).append(tag)
        open_.append(tag)

    def end(_name: str) -> None:
        open_.pop()

    def says(data: str) -> None:
        if open_:
            open_[-1].text += data

    def refuse(*_args: object) -> None:
        raise BadConfig(parser.CurrentLineNumber, reason("doctype"))

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, says
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise BadConfig(error.lineno, reason("no_xml", said=expat.ErrorString(error.code))) from None
    return top[0]
