"""The words of the sheet of keys: what each key of a part does. The codes are those of the parts' `keys`."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy as _in

# Merged into the table of `web.words`: kind -> code -> (word, tone).
WORDS: dict[str, dict[str, tuple[Promise, str]]] = {
    "key": {
        # Rows that are gone through: steps, criteria, claims.
        "words": (_in("key", "To the words of the row"), ""),
        "out_of_words": (_in("key", "From the words back to the row"), ""),
        # Marks in texts, pictures and recordings.
        "comment": (_in("key", "Write why, of the mark"), ""),
        "drop_mark": (_in("key", "Take the mark away"), ""),
        "next_mark": (_in("key", "The next mark"), ""),
        "mark_before": (_in("key", "The mark before"), ""),
        "leave_mark": (_in("key", "Leave what was begun or chosen"), ""),
        "cross": (_in("key", "Move the cross: Shift goes further, Ctrl by one pixel"), ""),
        "corner": (_in("key", "Set a corner or a point"), ""),
        "corner_back": (_in("key", "Take the last corner back"), ""),
        "next_shape": (_in("key", "The next shape"), ""),
        "end_shape": (_in("key", "Finish the shape"), ""),
        "time": (_in("key", "Move in time: by a second, with Shift by a tenth"), ""),
        "play": (_in("key", "Play or pause"), ""),
        "play_writing": (_in("key", "Play or pause while you write"), ""),
        "mark_words": (_in("key", "To the words of the stretch; Escape leads back"), ""),
        # Pictures and recordings that are shown.
        "zoom": (_in("key", "Enlarge, make smaller"), ""),
        "zoom_fit": (_in("key", "Fit the picture"), ""),
        "move_picture": (_in("key", "Move an enlarged picture"), ""),
        "seek": (_in("key", "Move by five seconds"), ""),
        # Tables, orders, lines, trees.
        "cells": (_in("key", "From cell to cell"), ""),
        "fix": (_in("key", "Correct"), ""),
        "leave_cell": (_in("key", "Leave the cell as it is"), ""),
        "place": (_in("key", "One place up or down"), ""),
        "slide": (_in("key", "Move the knob"), ""),
        "slide_here": (_in("key", "Take the place where the knob stands"), ""),
        "tree": (_in("key", "Go through the tree, open and fold"), ""),
        "tree_choose": (_in("key", "Choose"), ""),
        "trace": (_in("key", "From step to step"), ""),
        "find_next": (_in("key", "The next step with these words"), ""),
        "find_before": (_in("key", "The step before with these words"), ""),
        # What is written.
        "new_row": (_in("key", "A new row below"), ""),
        "move_row": (_in("key", "Move the row up or down"), ""),
        "level": (_in("key", "Out of a group, into a group"), ""),
        "drop_row": (_in("key", "Take an empty row away"), ""),
        "move_turn": (_in("key", "Move the turn up or down"), ""),
        "stop": (_in("key", "Stop the answer"), ""),
    },
}
