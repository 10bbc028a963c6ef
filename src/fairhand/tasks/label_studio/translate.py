"""A labelling configuration as a template: what each tag becomes, and a list of what can't be carried over. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from fairhand.kernel.limits import LABEL_STUDIO_ITEMS_DEFAULT
from fairhand.tasks.keys import key_faults
from fairhand.tasks.label_studio import areas, controls, marks
from fairhand.tasks.label_studio.controls import Given, NotAsked, Question
from fairhand.tasks.label_studio.names import new_name
from fairhand.tasks.label_studio.objects import OBJECTS, Asked, Shown, variable, why_not
from fairhand.tasks.label_studio.read import Tag, read
from fairhand.tasks.label_studio.reasons import reason
from fairhand.tasks.template_reasons import faults_of, path_of
from fairhand.tasks.template_spec import Template, template_faults
from fairhand.tasks.wording import Reason, shown

Json = dict[str, Any]
CONTROLS: Mapping[str, Callable[[Given], Question]] = {
    "Choices": controls.choices, "Taxonomy": controls.taxonomy, "Rating": controls.rating,
    "TextArea": controls.text_area, "Number": controls.number, "Pairwise": controls.pairwise,
    "Ranker": controls.ranker, "Labels": marks.labels, "RectangleLabels": areas.boxes,
    "PolygonLabels": areas.polygons, "KeyPointLabels": areas.points,
}  # fmt: skip
# Tags that hold others, or that parts above take in.
_FRAMES = ("View", "Collapse", "Panel", "Choice", "Label", "Bucket")
_WITHOUT = {
    "Style": "looks", "Header": "heads_nothing",
    "Shortcut": "no_shortcuts", "Filter": "own_search",
    "HyperText": "web_page",
    "HyperTextLabels": "marks_web_page", "ParagraphLabels": "marks_chat",
    "Relations": "relations", "Relation": "of_relations",
    "DateTime": "dates",
}  # fmt: skip
# Settings that say how something looks or is handled there, and which nobody misses in an answer.
_LOOKING = frozenset((
    "style", "className", "size", "icon", "layout", "showInline", "showInLine", "rows", "placeholder", "hint",
    "background", "showLabels", "granularity", "zoom", "zoomControl", "rotateControl", "brightnessControl",
    "contrastControl", "gammaControl", "strokeWidth", "opacity", "fillOpacity", "fillColor", "strokeColor",
    "smart", "smartOnly", "showFullPath", "pathSeparator", "minWidth", "maxWidth", "dropdownWidth", "leftClass",
    "rightClass", "selectionStyle", "showSubmitButton", "editable", "requiredMessage", "underline", "height",
    "waveHeight", "showPlayer", "contextScroll", "highlightColor", "labels", "idAttr", "title", "open", "bordered",
    "hotkey", "category", "slider", "canRotate", "snap", "displayMode", "maxHeight", "defaultwidth", "saveTextResult",
))  # fmt: skip
# Settings that are carried over, by tag; those of every control are these.
_OF_CONTROLS = frozenset((
    "name", "toName", "required", "visibleWhen", "whenTagName", "whenChoiceValue", "perRegion", "perItem",
))  # fmt: skip
_UNDERSTOOD: Mapping[str, frozenset[str]] = {
    tag: frozenset(names.split()) for tag, names in {
        "Text": "name value valueType", "Header": "value", "Image": "name value valueList", "Audio": "name value",
        "Video": "name value", "Pdf": "name value", "Paragraphs": "name value valueType nameKey textKey",
        "Table": "name value", "List": "name value", "View": "visibleWhen whenTagName whenChoiceValue",
        "Panel": "value", "Choices": "choice allowNested", "Choice": "value alias selected", "Label": "value alias",
        "Taxonomy": "leafsOnly maxUsages", "Rating": "maxRating", "TextArea": "value maxSubmissions",
        "Number": "min max step", "Bucket": "name",
    }.items()
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lost:
    """What was not carried over: a tag (`whole`), or something about it. `why` is a sentence with its code."""

    line: int
    tag: str
    what: str
    why: Reason
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Translated:
    """`template` as JSON, or None where nothing is left that could be asked; and everything that was lost, by line."""

    template: Json | None
    shown: tuple[Shown, ...]
    asked: tuple[Question, ...]
    lost: tuple[Lost, ...]


def translate(config: str, items_n: int = LABEL_STUDIO_ITEMS_DEFAULT) -> Translated:
    """A template of a configuration. `items_n`: how many things a List holds, which only the tasks say.

    Raises BadConfig where it is no XML.
    """
    top = read(config)
    at_work = _Work(items_n)
    for tag in top.walk():
        if tag.name in OBJECTS:
            at_work.show(tag)
    for tag in top.walk():
        at_work.take(tag)
    return at_work.ended()


class _Work:
    """One translation under way."""

    def __init__(self, items_n: int) -> None:
        self.items_n = items_n
        self.objects: dict[str, Shown] = {}
        self.questions: dict[str, Question] = {}
        self.lost: list[Lost] = []
        self.heading = ""
        self.heading_tag: Tag | None = None
        self.behind_heading: Shown | None = None

    def lose(self, tag: Tag, what: str, why: Reason, whole: bool = False) -> None:
        self.lost.append(Lost(tag.line, tag.name, what, why, whole))

    def names(self) -> list[str]:
        fields = [each["name"] for one in self.objects.values() for each in one.fields]
        return fields + [one.terms["name"] for one in self.questions.values()]

    def show(self, tag: Tag) -> None:
        """An object tag, before any control asks about it."""
        name = tag.attrs.get("name", "")
        if (why := why_not(tag)) is not None:
            self.lose(tag, name or "it", why, whole=True)
            return
        title = tag.attrs.get("title") or _human(name or variable(tag) or tag.name)
        asked = Asked(tag, new_name(name, self.names(), tag.name.lower()), title, self.items_n)
        self.objects[name or f"line {tag.line}"] = OBJECTS[tag.name](asked)

    def take(self, tag: Tag) -> None:
        """A tag in its turn."""
        if tag.name == "Header":
            self._lose_heading()
            self.heading, self.heading_tag = tag.attrs.get("value", "") or tag.text.strip(), tag
        elif tag.name in CONTROLS:
            self._ask(tag)
        elif tag.name in _WITHOUT or (tag.name not in OBJECTS and tag.name not in _FRAMES):
            why = reason(_WITHOUT.get(tag.name, "nothing_like_it"))
            self.lose(tag, tag.attrs.get("name", "") or "it", why, whole=True)
            return
        elif self.heading and self.behind_heading is None:
            self.behind_heading = next((one for one in self.objects.values() if one.tag is tag), None)
        known = _UNDERSTOOD.get(tag.name, frozenset()) | (_OF_CONTROLS if tag.name in CONTROLS else frozenset())
        for name in sorted(set(tag.attrs) - known - _LOOKING):
            self.lose(tag, name, reason("no_counterpart"))

    def _lose_heading(self) -> None:
        """One that no question took is the heading of the field behind it."""
        if self.behind_heading is not None and not self.heading.startswith("$"):
            for terms in self.behind_heading.fields[:1]:
                terms["label"] = {"en": self.heading[:300]}
        elif self.heading_tag is not None:
            self.lose(self.heading_tag, self.heading[:60] or "it", reason(_WITHOUT["Header"]))
        self._forget_heading()

    def _forget_heading(self) -> None:
        self.heading, self.heading_tag, self.behind_heading = "", None, None

    def _ask(self, tag: Tag) -> None:
        name, to = tag.attrs.get("name", ""), tag.attrs.get("toName", "")
        if any(tag is other for one in self.questions.values() for other in one.also):
            return
        objects = [self.objects.get(each.strip()) for each in to.split(",") if each.strip()]
        if not name or not objects or None in objects:
            self.lose(tag, name or "it", reason("about_nothing", name=shown(to)), whole=True)
            return
        if tag.on("perRegion") or tag.on("perItem"):
            self.lose(tag, name, reason("each_mark"), whole=True)
            return
        label = self.heading if self.heading and not self.heading.startswith("$") else _human(name)
        about = tuple(each for each in objects if each is not None)
        given = Given(tag, new_name(name, self.names(), tag.name.lower()), label[:300], about)
        try:
            found = CONTROLS[tag.name](given)
        except NotAsked as refused:
            self.lose(tag, name, refused.args[0], whole=True)
            return
        self._forget_heading()
        for why in found.part:
            self.lose(tag, name, why)
        self._condition(tag, found)
        if tag.attrs.get("selected") or any(each.on("selected") for each in tag.inner):
            self.lose(tag, name, reason("chosen_before"))
        self.questions[name] = found

    def _condition(self, tag: Tag, found: Question) -> None:
        """When it is asked: as its own settings say, or those of a View around it."""
        for around in tag.around():
            when = around.attrs.get("visibleWhen")
            if when is None:
                continue
            on = self.questions.get(around.attrs.get("whenTagName", ""))
            given = [each.strip() for each in around.attrs.get("whenChoiceValue", "").split(",") if each.strip()]
            known = [on.values[each] for each in given if each in on.values] if on is not None else []
            if when == "choice-selected" and on is not None and on.values and len(known) == len(given):
                values = known or list(on.values.values())
                found.terms["show_if"] = {"question": on.terms["name"], "any_of": values}
            else:
                self.lose(around, when, reason("always_asked"))
                found.terms["required"] = False
            return

    def _lose_hotkeys(self, template: Json, asked: Sequence[Question]) -> None:
        """Those that do something else on the page of a task: its options are given other keys there."""
        for (_, place, name, at, _), _ in list(key_faults(template)):
            key = template["questions"][place][name][at].pop("key")
            self.lose(asked[int(place)].tag, f"hotkey={key}", reason("hotkey_taken", key=key))

    def ended(self) -> Translated:
        """The template, if it is one."""
        self._lose_heading()
        shown_, asked = tuple(self.objects.values()), tuple(self.questions.values())
        template: Json = {
            "version": 1, "fields": [each for one in shown_ for each in one.fields],
            "questions": [one.terms for one in asked],
        }  # fmt: skip
        pairs = [one for one in asked if one.kind == "pairwise"]
        if pairs:
            left, right = (one.fields[0]["name"] for one in pairs[0].to)
            template["layout"] = {"kind": "pair", "left": left, "right": right}
        self._lose_hotkeys(template, asked)
        faults = list(_faults(template))
        self.lost += [Lost(1, "View", "the whole", why, whole=True) for why in faults]
        lost = tuple(sorted(self.lost, key=lambda each: each.line))
        return Translated(None if faults else template, shown_, asked, lost)


def _faults(template: Json) -> Iterator[Reason]:
    if not template["fields"] or not template["questions"]:
        yield reason("nothing_left")
        return
    try:
        parsed = Template.model_validate(template)
    except ValidationError as error:
        yield from (reason("not_ours", where=path_of(steps), why=why) for steps, why in faults_of(error))
        return
    yield from (reason("not_ours", where=path_of(steps), why=why) for steps, why in template_faults(parsed))


def _human(name: str) -> str:
    """`text_1` → `Text 1`."""
    words = " ".join(name.replace("-", " ").replace("_", " ").replace(".", " ").split())
    return (words[:1].upper() + words[1:])[:300] or "Text"
