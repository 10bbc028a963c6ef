"""Why something of a configuration isn't carried over: a code, what it is about, and the English sentence. Pure.

Pages say the code in the reader's language (`web.words_of_templates`); commands and files say the sentence.
"""

from collections.abc import Mapping
from typing import Any

from fairhand.tasks.wording import Reason

REASONS: Mapping[str, str] = {
    "looks": "the page has a look of its own",
    "heads_nothing": "nothing stands behind it that it could be the heading of",
    "no_shortcuts": "texts have no shortcuts here",
    "own_search": "long lists have their own search here",
    "web_page": "web pages are never shown inside a task; put the text itself into the tasks",
    "marks_web_page": "it marks a web page",
    "marks_chat": "marks in a conversation are no question of ours",
    "relations": "relations between marks are no question of ours",
    "of_relations": "it is part of Relations",
    "dates": "dates are no question of ours; a text takes them",
    "nothing_like_it": "no field or question of ours is like it",
    "no_counterpart": "this setting has no counterpart here",
    "about_nothing": "what it is about (%(name)s) is not among the fields",
    "each_mark": "it asks about each mark or thing; questions here are about the task",
    "chosen_before": "options that are chosen before anybody looked are not",
    "always_asked": "it is asked always, and need not be answered",
    "nothing_left": "nothing is left that shows something and asks something",
    "not_ours": "%(where)s: %(why)s",
    "fetched": "it is fetched from an address when it is shown; put the text itself into the tasks",
    "picture_list": "it shows a list of pictures in one place",
    "no_data": "it shows no data of the task ($name)",
    "more_than_name": "%(name)s is more than the name of some data",
    "options_of_data": "its options come from the data of the task",
    "options_alike": "two of its options are the same",
    "hotkey_taken": "the key %(key)s does something else on the page of a task; another one is given",
    "too_many_options": "it has more than %(most)s options",
    "no_options": "it has no options, or they come from the data of the task",
    "long_scale": "its scale ends at %(end)s; scales of 2 to %(most)s can be asked for",
    "several_texts": "several texts can be given there; here they are one, each on a line of its own",
    "begins_empty": "it begins with a text that the task doesn't show; here it begins empty",
    "no_numbers": "its bounds or its step are no numbers",
    "no_step": "it has no step; here numbers have six decimals at most",
    "not_two": "it compares two things, and names others than two",
    "buckets": "things are sorted into buckets; no question of ours does that",
    "no_list": "it orders a List, and names something else",
    "no_picture": "it marks something else than a picture of the task",
    "no_text": "it marks something else than a text of the task",
    "too_many_labels": "it has %(n)s labels; 1 to %(most)s can be told apart",
    "too_long": "it is longer than %(most)s bytes",
    "too_many_tags": "it has more than %(most)s tags",
    "too_deep": "its tags stand more than %(most)s deep in each other",
    "doctype": "it has a document type or an entity of its own; take them out",
    "no_xml": "it is no whole XML: %(said)s",
    # Of a task, what gives no value.
    "of_tag": "%(tag)s: %(why)s",
    "not_in_data": "its data have no %(name)s",
    "value_no_text": "it is no text",
    "value_no_address": "it is no address",
    "value_no_talk": "it is no list of who said what",
    "value_no_table": "it is no table of names and values",
    "value_no_list": "it is no list of things",
    "value_other_number": "it holds %(n)s things, and the template shows %(shown)s",
    "thing_empty": "one of its things has no title and no body",
}


class LostReason(Reason):
    """One of those above: their codes are their own."""

    __slots__ = ()


def reason(code: str, **facts: Any) -> LostReason:
    """The sentence of a code. Raises KeyError for a code that has none."""
    made = LostReason(REASONS[code] % facts)
    made.code, made.facts = code, facts
    return made
