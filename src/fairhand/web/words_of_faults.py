"""What is wrong with a template that somebody wrote, or with a task of a file: the words of the codes of
tasks/template_reasons.py, of the checks that raise `unfit`, and of what reads JSON."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fairhand.tasks.questions._language import TAG

# Said of any code that has no words of its own yet; `said` is its English sentence.
UNKNOWN = _("This can't stand here: %(said)s")

# Pydantic's own codes, with pydantic's own facts.
_VALUES: Mapping[str, Promise] = {
    "missing": _("This is missing."),
    "extra_forbidden": _("There is no such setting here. Take it out, or look at how it is spelled."),
    "model_type": _("A table of names and values is needed here, in braces."),
    "model_attributes_type": _("A table of names and values is needed here, in braces."),
    "dict_type": _("A table of names and values is needed here, in braces."),
    "list_type": _("A list is needed here, in square brackets."),
    "string_type": _("Text is needed here, in quotes."),
    "string_too_short": _("The text is too short. Characters at least: %(min_length)s."),
    "string_too_long": _("The text is too long. Characters at most: %(max_length)s."),
    "string_pattern_mismatch": _("The text is not of the form that is needed here: %(pattern)s"),
    "string_unicode": _("The text holds a character that can't be stored. Remove it."),
    "int_type": _("A whole number is needed here, without quotes."),
    "greater_than_equal": _("The number is too small. It is %(ge)s at least."),
    "less_than_equal": _("The number is too large. It is %(le)s at most."),
    "bool_type": _("Only true or false can stand here, without quotes."),
    "too_short": _("There are too few of these. At least: %(min_length)s."),
    "too_long": _("There are too many of these. At most: %(max_length)s."),
    "literal_error": _("Only one of these can stand here: %(expected)s."),
    "union_tag_invalid": _("%(tag)s is no type that is known here. There are: %(expected_tags)s."),
    "union_tag_not_found": _("It isn't said of which type this is: %(discriminator)s is missing."),
    "invalid_key": _("A name in a table is text."),
}
# Forms of texts, by the pattern that says them.
PATTERNS: Mapping[str, Promise] = {
    r"^[a-z]{2}$": _("A language has two small letters: en, ar."),
    r"^[a-z][a-z0-9_]{0,63}$": _(
        "A name is made of small letters from a to z, digits and underscores, begins with a letter and has at most 64 "
        "characters."
    ),
    r"^[a-z0-9][a-z0-9_]{0,63}$": _(
        "A value is made of small letters from a to z, digits and underscores, begins with a letter or a digit and has "
        "at most 64 characters."
    ),
    r"^[0-9a-z]$": _("A key is one digit or one small letter from a to z."),
    r"^-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,6})?$": _(
        "A number stands in quotes here, with a point before its decimals: at most 9 digits and 6 decimals."
    ),
    r"^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,12})?$": _(
        "A number stands in quotes here, with a point before its decimals: at most 18 digits and 12 decimals."
    ),
    r"^(?:[01](?:\.[0-9]{1,2})?|2(?:\.0{1,2})?)$": _(
        "A number from 0 to 2 stands in quotes here, with at most two decimals behind a point."
    ),
    TAG: _("A language is a tag of BCP 47 here: ar, pt-BR, zh-Hant."),
    r"^[A-Za-z0-9+#. -]{1,30}$": _(
        "The name of a language of code has at most 30 Latin letters, digits, spaces and signs such as + and #."
    ),
}
# What our own checks find (`unfit` in tasks/).
_CHECKED: Mapping[str, Promise | str] = {
    "is_blank": _("The text is blank."),
    "turns_direction": _(
        "The text holds a character that turns the direction of writing (%(char)s, place %(at)s). Remove it."
    ),
    "invisible": _("The text holds an invisible character (%(char)s, place %(at)s). Remove it."),
    "no_english": _("The English text (en) is missing; every text needs it."),
    "value_twice": _("Two options have the same value: %(given)s."),
    "key_twice": _("Two options have the same key: %(given)s."),
    "value_twice_in": _("Two options of %(name)s have the same value: %(value)s."),
    "least_above_most": _("The least (%(least)s) is more than the most (%(most)s)."),
    "words_no_room": _("So many words (%(words)s) have no room in so many characters (%(chars)s)."),
    "files_least_above_most": _("Fewest files (%(least)s) are more than most files (%(most)s)."),
    "least_below_most": _("The least must be below the most."),
    "least_most_options": _("The least and the most must follow each other and be no more than there are options."),
    "tree_deep": _("The tree has more than %(most)s levels."),
    "tree_large": _("The tree has %(n)s options; at most %(most)s are allowed."),
    "claims_or_of": _("The claims stand either here or in a field of the task, not in both."),
    "no_claims": _("There are no claims: write them, name the field that has them, or say how many may be written."),
    "column_of_nothing": _("A column is named, but not the table that has it."),
    "scale": _("A scale has 2 to %(most)s numbers."),
    "anchors": _("Each meaning stands at a number of the scale, and no number has two."),
    "label_taken": _("No label can have the value %(value)s: a column of what is delivered is called so."),
    "no_whole_steps": _("The way from the least to the most is no whole number of steps."),
    "many_steps": _("The slider has too many steps. At most: %(most)s."),
    "within_below_zero": _("The distance that still counts as the same can't be below zero."),
    "column_named_twice": _("A column is named twice."),
    "shape_twice": _("A shape is named twice."),
    "items_or_of": _("What is chosen from stands either here or in a field of the task: say one of both."),
    "few_to_choose": _("There are too few things to choose a best and a worst one from. At least: %(least)s."),
    "weighs_nothing": _("A criterion with the weight 0 would ask for work that counts for nothing."),
    "one_step": _("One grade is no scale: give two or more, or none for met or not met."),
    "criteria_or_of": _("The criteria stand either here or in a field of the task: say one of both."),
    "model_twice": _("A model is named twice; it is compared with another one."),
    "asked_few": _("So many answers (%(n)s) are too few for what is asked for."),
    "tokens_few": _("So many tokens (%(n)s) are too few for what is asked for."),
    "files_of_no_kind": _("Files are asked for (at least %(least)s), and no kind of file is taken."),
    "tries_of_nothing": _("A prompt is tried and judged on models: name one or two."),
    "fails_unjudged": _("Wrong answers are counted only where the prompt must be tried and every answer judged."),
    "asked_files": _("A question that files are sent for can't be shown as part of a submission."),
    "asked_twice": _("An earlier question has the name %(name)s already."),
    "name_twice": _("An earlier field or question has the name %(name)s already."),
    "not_earlier": _("%(name)s is no earlier question of this template."),
    "not_few_values": _(
        "%(name)s is of the type %(type)s, whose answers are not of a few values. A condition looks at those alone."
    ),
    "key_of_page": _("%(key)s is a key of the page itself, which has %(all)s. Choose another one."),
    "key_of_part": _("%(name)s listens to the key %(key)s. Choose another one."),
    "key_elsewhere": _("Something in %(name)s has the key %(key)s already."),
    "never_answer": _("%(value)s is never an answer to %(name)s."),
    "not_field": _("%(name)s is no field of this template."),
    "field_twice": _("%(name)s stands there twice."),
    "shown_nowhere": _("No question that is always asked shows the field %(name)s, so that nobody would see it."),
    "shown_beside": _("The layout puts the field %(name)s beside another one; it can't stand in a question alone."),
    "of_nothing": _("%(name)s is none of the fields."),
    "of_other_type": _("The field %(name)s is of the type %(type)s; this question takes: %(wanted)s."),
    "asked_lost": "%(name)s: %(why)s",
}
# What can't be read at all, and where it stands.
_READ: Mapping[str, Promise] = {
    "own_too_long": _("It is too long. Bytes at most: %(most)s."),
    "tasks_unread": _("Its tasks can't be read. They are JSON: one task in braces, or a list of them."),
    "not_json": _("It is no JSON from character %(at)s on: look at quotes, commas and braces there."),
    "json_no_object": _("It must be one object, in braces."),
    "json_deep": _("It is nested too deeply: more than %(most)s brackets are open at once."),
    "json_twice": _("A name stands twice in one object: %(key)s."),
    "json_no_number": _("It holds %(given)s, which is no number."),
    "json_fraction": _("It holds the number %(given)s. Only whole numbers are taken; write others as text."),
    "json_digits": _("It holds a number with far too many digits."),
    "no_payload": _("Its payload is no table of names and values."),
    "at_line": _("line %(n)s"),
    "at_task": _("task %(n)s"),
}
FAULTS: Mapping[str, Promise | str] = {**_VALUES, **_CHECKED, **_READ}
# Of a task what the words of answers say for somebody who answers.
OF_TASKS: Mapping[str, Promise] = {
    "required": _("The task has no value for this field."),
    "unknown": _("The template has no such field."),
    "unknown_type": _("This version does not know this kind of field."),
    "too_large": _("The task is larger than allowed. Shorten it."),
    "not_an_object": _("A task is a table of names and values."),
    "too_long": _("The value is longer than this field takes."),
    "too_many": _("The value holds more than this field takes."),
}
# Whose words say all there is to say of them.
SAID_WHOLE = frozenset(
    {"required", "unknown", "unknown_type", "not_an_object", "key_missing", "no_column", "column_twice"}
)
