"""What people of the world wrote: names, tasks, a project in two languages. Hostile texts put theirs here."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from fairhand.projects.commands import NewProject
from fairhand.tasks.commands import NewTask
from tests.building import EVERY, HOURLY, PER_REVIEW, stage


@dataclass(frozen=True, slots=True)
class Texts:
    """What people wrote, by what it is: `say("name of a person")`. Hostile texts put theirs here."""

    say: Callable[[str], str] = lambda what: f"The {what}"

    def both(self, what: str) -> dict[str, str]:
        """A table of languages."""
        return {"en": self.say(what), "ar": self.say(f"{what} in Arabic")}


def typed(text: str, refused: str = "Cc") -> str:
    """A text as a file of tasks may hold it: without control characters, or any that can't be seen (`C`)."""
    return "".join(char for char in text if char in "\n\t" or not unicodedata.category(char).startswith(refused))


def task_of(say: Texts, n: int) -> NewTask:
    return NewTask(key=f"{say.say('key of a task')} {n}"[:90], payload={"prompt": say.say("prompt")}, want=1)


def new_project(slug: str, say: Texts) -> NewProject:
    template = {
        "version": 1,
        "fields": [{"name": "prompt", "type": "text", "version": 1, "label": say.both("label of a field")}],
        "questions": [
            {
                "name": "winner", "type": "choice", "version": 1, "label": say.both("question"), "required": True,
                "options": [
                    {"value": value, "label": say.both(f"{value} option")} for value in ("left", "right")
                ],
            },
            {"name": "why", "type": "text", "version": 1, "label": say.both("question for a text"), "required": False,
             "chars_max": 5000},
        ],
    }  # fmt: skip
    stages = (stage("attempt", HOURLY), stage("review", PER_REVIEW, policy=EVERY))
    return NewProject(
        slug=slug, name=say.both("name of a project"), summary=say.both("summary of a project"), currency="USD",
        languages=("en", "ar"), experts_wanted=3, reviewers_wanted=1, source={},
        guideline={key: f"# {text}\n\n{text}\n\n## 2. {text}\n" for key, text in say.both("guideline").items()},
        template=template, stages=stages,
    )  # fmt: skip
