"""The words of templates: types of fields and questions, their settings, what a new version runs into, and why
something of a Label Studio configuration isn't carried over."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

_FIELDS = {
    "text": _in("field type", "Text"), "markdown": _in("field type", "Text with headings, lists and formulas"),
    "chat": _in("field type", "Conversation"), "image": _in("field type", "Picture"),
    "audio": _in("field type", "Sound"), "video": _in("field type", "Video"), "pdf": _in("field type", "PDF"),
    "code": _in("field type", "Code"), "table": _in("field type", "Table"),
    "rubric": _in("field type", "Rubric of the task"), "steps": _in("field type", "Solution in steps"),
    "trajectory": _in("field type", "Run of an agent"), "submission": _in("field type", "Answers of somebody else"),
}  # fmt: skip
_QUESTIONS = {
    "choice": _in("question type", "One of several"), "choices": _in("question type", "Some of several"),
    "tree": _in("question type", "Out of a tree"), "rating": _in("question type", "Number on a scale"),
    "slider": _in("question type", "Slider"), "number": _in("question type", "Number"),
    "preference": _in("question type", "Which of two is better"), "ranking": _in("question type", "Order"),
    "bestworst": _in("question type", "Best and worst"), "text": _in("question type", "Text"),
    "rewrite": _in("question type", "Text written anew"), "turns": _in("question type", "Conversation, turn by turn"),
    "spans": _in("question type", "Marks in a text"), "regions": _in("question type", "Marks on a picture"),
    "segments": _in("question type", "Marks in a recording"), "rubric": _in("question type", "Scores by a rubric"),
    "rubricdraft": _in("question type", "A rubric, written"), "factcheck": _in("question type", "Claims, checked"),
    "validation": _in("question type", "Table, checked cell by cell"), "file": _in("question type", "Files"),
    "steps": _in("question type", "A judgement of each step"),
}  # fmt: skip
_SETTINGS = {
    "name": _in("setting", "Name in the data"), "label": _in("setting", "Label"), "help": _in("setting", "Help"),
    "required": _in("setting", "Has to be answered"), "show_if": _in("setting", "Asked only if"),
    "of": _in("setting", "About the field"), "options": _in("setting", "Options"), "items": _in("setting", "Things"),
    "value": _in("setting", "Value in the data"), "key": _in("setting", "Key that chooses it"),
    "least": _in("setting", "At least"), "most": _in("setting", "At most"), "step": _in("setting", "Step"),
    "unit": _in("setting", "Unit"), "decimals": _in("setting", "Decimals"),
    "within": _in("setting", "Counts as the same within"), "left": _in("setting", "Label of the first"),
    "right": _in("setting", "Label of the second"), "strength": _in("setting", "Grades of preference"),
    "tie": _in("setting", "They may be equal"), "ties": _in("setting", "Some may be equal"),
    "anchors": _in("setting", "Numbers with a meaning"), "at": _in("setting", "Number"),
    "rows": _in("setting", "Rated one by one"), "chars_max": _in("setting", "Characters at most"),
    "chars_least": _in("setting", "Characters at least"), "words_least": _in("setting", "Words at least"),
    "words_max": _in("setting", "Words at most"),
    "same": _in("setting", "It may stay as it is"), "labels": _in("setting", "Labels of marks"),
    "shapes": _in("setting", "Shapes"), "comment": _in("setting", "Comment on a mark"),
    "overlap": _in("setting", "Marks may overlap"),
    "overlap_pct": _in("setting", "The same mark from (percent shared)"),
    "text": _in("setting", "Text of a mark"), "criteria": _in("setting", "Criteria"),
    "weight": _in("setting", "Weight"), "section": _in("setting", "Section"), "steps": _in("setting", "Grades"),
    "evidence": _in("setting", "Evidence"), "not_applicable": _in("setting", "It may not apply"),
    "total": _in("setting", "The sum is shown"), "scoring": _in("setting", "How it scores"),
    "depth": _in("setting", "Levels at most"), "weight_max": _in("setting", "Largest weight"),
    "graded": _in("setting", "Criteria may have grades"), "tags": _in("setting", "Criteria may have tags"),
    "insist": _in("setting", "What has to be mended"), "claims": _in("setting", "Claims"),
    "column": _in("setting", "Column with the claims"), "written": _in("setting", "Claims that may be added"),
    "verdicts": _in("setting", "Verdicts"), "sourced": _in("setting", "Needs sources"),
    "sources": _in("setting", "Sources"), "sources_max": _in("setting", "Sources at most"),
    "why": _in("setting", "Reason"), "kinds": _in("setting", "Kinds of files"),
    "bytes_max": _in("setting", "Size at most, in bytes"), "columns": _in("setting", "Columns"),
    "reasons": _in("setting", "Reasons"), "after_error": _in("setting", "After the first mistake"),
    "leaf": _in("setting", "Only the last level"), "low": _in("setting", "Label of the low end"),
    "high": _in("setting", "Label of the high end"), "best": _in("setting", "Label of the best"),
    "worst": _in("setting", "Label of the worst"), "blank": _in("setting", "It may be empty"),
    "transcript": _in("setting", "Has a transcript"), "captions": _in("setting", "Language of its captions"),
    "alt": _in("setting", "Needs a description"), "reasoning": _in("setting", "The model's thinking is shown"),
    "cost": _in("setting", "What it cost is shown"), "diff": _in("setting", "It is a difference of two versions"),
    "language": _in("setting", "Language it is written in"), "asked": _in("setting", "Questions that were answered"),
    "fields": _in("setting", "Fields"), "kind": _in("setting", "Kind"), "format": _in("setting", "How it is read"),
    "shown": _in("setting", "Where it stands"),
}  # fmt: skip
_VALUES = {
    "none": _in("setting", "none"), "optional": _in("setting", "allowed"), "required": _in("setting", "needed"),
    "image": _in("setting", "pictures"), "audio": _in("setting", "sound"), "video": _in("setting", "video"),
    "pdf": _in("setting", "PDF"), "text": _in("setting", "text"), "box": _in("setting", "boxes"),
    "polygon": _in("setting", "polygons"), "point": _in("setting", "points"),
    "points": _in("setting", "points added up"),
    "tree": _in("setting", "a tree of weights"), "atomic": _in("setting", "more than one thing at once"),
    "alone": _in("setting", "not clear by itself"), "vague": _in("setting", "can't be checked"),
    "overlap": _in("setting", "says what another one says"), "no_negative": _in("setting", "no negative one"),
    "user": _in("setting", "the user"), "agent": _in("setting", "the agent"), "system": _in("setting", "the system"),
    "rate": _in("setting", "the rest is judged too"), "stop": _in("setting", "the rest is left out"),
    "markdown": _in("setting", "as Markdown"), "in_question": _in("setting", "in its question alone"),
}  # fmt: skip
WORDS: Mapping[str, Mapping[str, tuple[Promise, str]]] = {
    "type of fields": {code: (said, "") for code, said in _FIELDS.items()},
    "type of questions": {code: (said, "") for code, said in _QUESTIONS.items()},
    "setting": {code: (said, "") for code, said in _SETTINGS.items()},
    "setting value": {code: (said, "") for code, said in _VALUES.items()},
    "template_change": {
        "added": (_in("diff", "added"), "ok"), "removed": (_in("diff", "removed"), "bad"),
        "changed": (_in("diff", "changed"), "wait"),
    },
    "template_part": {
        "fields": (_("Field"), ""), "questions": (_("Question"), ""), "layout": (_("Side by side"), ""),
    },
    "lost_what": {"it": (_("the tag itself"), ""), "the whole": (_("all of it"), "")},
    "happened": {"template:published": (_("New version of the template"), "")},
}  # fmt: skip
REFUSALS: Mapping[str, Promise] = {
    "template_moved": _(
        "Somebody published a newer version while you wrote. Yours is below; compare it with theirs and publish again."
    ),
    "tasks_unfit": _(
        "Tasks that may still be given out don't fit this version. They are listed; nothing was published."
    ),
    "tasks_of_before": _("None of these tasks fits the template that is in force now. Nothing was opened."),
    "upload_older": _("The template changed since this file was read. Send the file again; nothing was imported."),
}
PROBLEMS: Mapping[str, Promise] = {
    "template_same": _("Nothing differs from the version in force."),
    "template_compared": _(
        "The order of work compares answers to a question that this version doesn't ask. "
        "Change the order of work first."
    ),
    "template_unpaid": _(
        "The pay plan counts what is written in free text, and this version asks for none. Change the plan first."
    ),
}
# Code -> why something of a Label Studio configuration isn't carried over (tasks/label_studio/reasons.py).
LOST: Mapping[str, Promise | str] = {
    "looks": _("The page has a look of its own."),
    "heads_nothing": _("Nothing stands behind it that it could be the heading of."),
    "no_shortcuts": _("Texts have no shortcuts here."),
    "own_search": _("Long lists have their own search here."),
    "web_page": _("Web pages are never shown inside a task. Put the text itself into the tasks."),
    "marks_web_page": _("It marks a web page."),
    "marks_chat": _("There is no question for marks in a conversation."),
    "relations": _("There is no question for relations between marks."),
    "of_relations": _("It is part of Relations."),
    "dates": _("There is no question for dates. A text takes them."),
    "nothing_like_it": _("No field or question here is like it."),
    "no_counterpart": _("This setting has no counterpart here."),
    "about_nothing": _("What it is about (%(name)s) is not among the fields."),
    "each_mark": _("It asks about each mark or thing; questions here are about the task."),
    "chosen_before": _("Here no option is chosen before anybody looked."),
    "always_asked": _("It is asked always, and need not be answered."),
    "nothing_left": _("Nothing is left that shows something and asks something."),
    "not_ours": _("What it becomes is no whole template (%(where)s): %(why)s"),
    "fetched": _("It is fetched from an address when it is shown. Put the text itself into the tasks."),
    "picture_list": _("It shows a list of pictures in one place."),
    "no_data": _("It shows no data of the task (a name that begins with a dollar sign)."),
    "more_than_name": _("%(name)s is more than the name of some data."),
    "options_of_data": _("Its options come from the data of the task."),
    "options_alike": _("Two of its options are the same."),
    "hotkey_taken": _("The key %(key)s does something else on the page of a task; another one is given."),
    "too_many_options": _("It has more than %(most)s options."),
    "no_options": _("It has no options, or they come from the data of the task."),
    "long_scale": _("Its scale ends at %(end)s; scales of 2 to %(most)s can be asked for."),
    "several_texts": _("Several texts can be given there; here they are one, each on a line of its own."),
    "begins_empty": _("It begins with a text that the task doesn't show; here it begins empty."),
    "no_numbers": _("Its bounds or its step are no numbers."),
    "no_step": _("It has no step; here numbers have six decimals at most."),
    "not_two": _("It compares two things, and names others than two."),
    "buckets": _("Things are sorted into buckets; no question here does that."),
    "no_list": _("It orders a List, and names something else."),
    "no_picture": _("It marks something else than a picture of the task."),
    "no_text": _("It marks something else than a text of the task."),
    "too_many_labels": _("It has %(n)s labels; 1 to %(most)s can be told apart."),
    "too_long": _("It is longer than %(most)s bytes."),
    "too_many_tags": _("It has more than %(most)s tags."),
    "too_deep": _("Its tags stand more than %(most)s deep in each other."),
    "doctype": _("It has a document type or an entity of its own. Take them out."),
    "no_xml": _("It is no whole XML from this line on: look at angle brackets, quotes and closing tags there."),
    "of_tag": "%(tag)s: %(why)s",
    "not_in_data": _("The task's data have no %(name)s."),
    "value_no_text": _("The value is no text."),
    "value_no_address": _("The value is no address."),
    "value_no_talk": _("The value is no list of who said what."),
    "value_no_table": _("The value is no table of names and values."),
    "value_no_list": _("The value is no list of things."),
    "value_other_number": _("The list holds %(n)s, and the template shows %(shown)s."),
    "thing_empty": _("A thing in the list has neither title nor body."),
}
