"""The words of files: how far one is, why one was not taken, what is wrong with one in a task or an answer."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

# Merged into the table of `web.words`: kind -> code -> (word, tone).
WORDS: dict[str, dict[str, tuple[Promise, str]]] = {
    "file": {
        "uploading": (_in("file", "not whole yet"), "wait"),
        "checking": (_in("file", "being checked"), "wait"),
        "clean": (_in("file", "kept"), "ok"),
        "refused": (_in("file", "not taken"), "bad"),
    },
    "file_kind": {
        "image": (_("pictures (PNG, JPEG, GIF, WebP)"), ""),
        "audio": (_("sound (WAV, MP3, Ogg, FLAC, M4A)"), ""),
        "video": (_("video (MP4, WebM, Ogg)"), ""),
        "pdf": (_("documents (PDF)"), ""),
        "text": (_("plain text"), ""),
    },
    # What a model's interface takes: fewer types than a file question does.
    "prompt_kind": {
        "image": (_("pictures (PNG, JPEG, GIF, WebP)"), ""),
        "audio": (_("sound (WAV, MP3)"), ""),
        "pdf": (_("documents (PDF)"), ""),
    },
    # Whole sentences, for whoever sent it.
    "file_refused": {
        "unknown_type": (
            _("What is in it is no kind of file that is taken. SVG, HTML and programs are never taken."), "",
        ),
        "unreadable": (_("The file can't be read: it is damaged or cut short. Save it anew and send it again."), ""),
        "locked": (_("The document is locked with a password. Save it without one and send it again."), ""),
        "not_bare": (
            _(
                "Besides picture and sound the film holds a track, such as places or subtitles, that can't be taken "
                "out of it. Save it anew without that track and send it again."
            ),
            "",
        ),
        "animated": (_("Moving pictures are not taken as images. Send a video, or one picture of it."), ""),
        "image_too_large": (_("The picture has too many pixels. Make it smaller and send it again."), ""),
        "kind_not_taken": (_("The question asks for another kind of file."), ""),
        "scanner": (_("The scanner of this installation refused it."), ""),
        "not_looked_at": (_("It could not be checked, though that was tried often. Send it again, or tell staff."), ""),
        "left_unfinished": (_("It was begun and never came whole. Send it again."), ""),
    },
    "happened": {
        "file:kept": (_("File checked and kept"), "ok"),
        "file:refused": (_("File not taken"), "bad"),
    },
}  # fmt: skip
REFUSALS: Mapping[str, Promise] = {
    "no_store": _("This installation has no place for files. Its operator names one in FAIRHAND_FILES."),
    "example_refused": _("A file of the template's example is not taken by this installation, so nothing was started."),
    "file_blank": _("The file is empty. Choose another one."),
    "file_size": _("The file is larger than is taken here. Make it smaller, or send a part of it."),
    "project_files_full": _("The project holds as many files as it may. Take this up with its manager."),
    "too_many_files": _("For this answer as many files were sent as it takes."),
    "no_upload": _("You are not sending such a file. Reload the page and choose it again."),
    "wrong_place": _("Other bytes of the file were expected. It is gone on with from there."),
    "part_too_large": _("A part of the file was larger than is taken at a time. Reload the page and send it again."),
    "no_such_question": _("The task asks for no such file. Reload the page."),
    "answer_closed": _("This claim has ended. Nothing more can be added to its answer."),
}
PROBLEMS: Mapping[str, Promise] = {
    "files_too_few": _("More files are asked for. Add them."),
    "files_too_many": _("That is more files than are asked for. Take some out."),
    "file_twice": _("The same file stands here twice. Take one out."),
    "file_kind": _("A file here is of another kind than is asked for."),
    "files_too_large": _("The files are larger together than a model takes. Take one out, or make it smaller."),
    "alt_missing": _("Say of every picture what it shows."),
    "last_turn": _("The last turn is the user's: it is what the model answers. Add one, or take the last one out."),
    "system_missing": _("The set-up of the model is missing: write the system prompt."),
    "reference_missing": _("Write the answer that would be right."),
    "file_gone": _("A file here was not sent for this answer, or is still being checked. Wait, or send it again."),
    "not_a_file": _("A file of the project is needed here: name it as it is listed among the project's files."),
    "no_such_file": _("The project has no file of that name. Send it on the project's page of files first."),
    "text_missing": _("The template asks for words that stand beside the file: its description or transcript."),
    "bad_captions": _("Captions are a file in WebVTT, which the project has."),
}
