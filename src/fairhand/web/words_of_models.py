"""The words of models that are asked while work is done: endpoints, why one did not answer, what it costs."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

# Merged into the table of `web.words`: kind -> code -> (word, tone).
WORDS: dict[str, dict[str, tuple[Promise, str]]] = {
    "model_endpoint": {
        "active": (_in("model", "in use"), "ok"),
        "retired": (_in("model", "retired"), ""),
    },
    "model_kind": {
        "image": (_in("model", "pictures"), ""),
        "audio": (_in("model", "sound"), ""),
        "pdf": (_in("model", "documents"), ""),
    },
    "verdict_of_try": {
        "right": (_in("a model's answer", "Right"), "ok"),
        "partly": (_in("a model's answer", "Partly right"), "wait"),
        "wrong": (_in("a model's answer", "Wrong"), "bad"),
    },
    # Whole sentences, for whoever waited for the answer; they name no model.
    "model_problem": {
        "unreachable": (_("The model could not be reached. Ask again, or tell the project's staff."), ""),
        "refused_address": (_("The model's address is not allowed here. Tell the project's staff."), ""),
        "bad_tls": (_("The connection to the model is not secure; nothing was asked. Tell the project's staff."), ""),
        "silent": (_("The model said nothing for too long. Ask again."), ""),
        "too_long": (_("The model took too long. Ask again, perhaps for something shorter."), ""),
        "too_large": (_("The model sent more than is taken. Ask again, perhaps for something shorter."), ""),
        "answer_too_long": (_("The model's answer did not end. Ask again."), ""),
        "line_too_long": (_("The model's server sent something that can't be read. Ask again."), ""),
        "broken_off": (_("The connection to the model broke before its answer was whole. Ask again."), ""),
        "bad_answer": (_("The model's server sent something that can't be read. Ask again."), ""),
        "model_error": (_("The model's server reported a mistake while it answered. Ask again."), ""),
        "key_refused": (_("The model's server did not let us in. Tell the project's staff."), ""),
        "key_unreadable": (_("The key to the model can't be read any more. Tell the project's staff."), ""),
        "no_such_model": (_("The model is not there any more. Tell the project's staff."), ""),
        "too_many_asked": (_("The model is asked too much just now. Wait a little and ask again."), ""),
        "request_refused": (
            _("The model's server refused the question: it may be too long, or a file of a kind it does not take."), "",
        ),
        "request_too_large": (_("The conversation with its files is larger than can be sent. Take a file out."), ""),
        "server_failed": (_("The model's server failed. Ask again."), ""),
        "redirected": (_("The model's server sent us elsewhere, where we don't go. Tell the project's staff."), ""),
        "file_gone": (_("A file of the conversation could not be read. Tell the project's staff."), ""),
        "worker_lost": (_("Our own server broke off while the model answered. Ask again."), ""),
        "worker_stopped": (_("Our own server was started anew while the model answered. Ask again."), ""),
        "no_worker": (_("Nobody was there to ask the model. Ask again, or tell the project's staff."), ""),
        "internal": (_("Something failed in Fairhand itself. Ask again, or tell the project's staff."), ""),
    },
    "happened": {
        "model:added": (_("Model added"), "ok"),
        "model:retired": (_("Model retired"), "wait"),
        "models:limited": (_("Limit for models changed"), ""),
    },
}  # fmt: skip
REFUSALS: Mapping[str, Promise] = {
    "bad_conversation": _("The conversation could not be read. Reload the page and ask again."),
    "bad_prompt": _("The prompt is not ready to be tried yet."),
    "file_gone": _("A file here was not sent for this answer, or is still being checked. Wait, or send it again."),
    "model_gone": _("A model of this task is not there any more. Tell the project's staff, or skip the task."),
    "model_kind": _("A model of this task takes no files of this kind. Take the file out and ask again."),
    "model_currency": _("A model of this task is priced in another currency. Tell the project's staff."),
    "model_money": _("The project's money for models is used up. Tell the project's staff; nothing was asked."),
    "model_limit": _("As many answers were asked for as this task allows. Go on with those that are there."),
    "model_tokens": _("The models have said as much as this task allows. Go on with what is there."),
    "model_busy": _("An answer is still being written. Wait for it, or stop it."),
    "request_too_large": _("The files of this conversation are too large together. Take one out and ask again."),
    "endpoint_problems": _("Something in the form is not right yet; it is said at its field."),
    "models_full": _("As many models are in use as may be. Retire one first."),
    "no_model": _("No model of this name is in use any more."),
    "models_missing": _(
        "The template asks models that are not in use here, are priced in another currency than the project, or take "
        "no such files. The operator adds models; nothing was done."
    ),
    "models_unfunded": _("The project has no money for models yet. Set a limit on its page Models first."),
    "limit_spent": _("So much is spent already, or set apart for what is being asked. Choose a higher limit."),
}
PROBLEMS: Mapping[str, Promise] = {
    "bad_talk": _("The conversation could not be read. Reload the page and answer again."),
    "unanswered": _("A turn is not answered yet. Wait for the models, or ask them again."),
    "no_choice": _("Say by which answer the conversation goes on: by the better one."),
    "no_preference": _("Say of every turn which answer is better."),
    "reason_missing": _("Say of every turn why one answer is better."),
    "too_many_asked": _("The conversation holds more answers than may be asked for."),
    "forged_answer": _("An answer in the conversation is not what the model said. Reload the page and answer again."),
    "bad_tries": _("The tries could not be read. Reload the page and try the prompt again."),
    "untried": _("Try the prompt as it stands now; every model must answer it."),
    "no_verdict": _("Say of every try whether it is right, partly right or wrong."),
    "few_fails": _("The models did not get the prompt wrong often enough. Make it harder, and try it again."),
    "try_left_out": _("A model's answer to this prompt is missing here. Reload the page; then judge it and hand in."),
    "forged_try": _("A try is not what the model said to this prompt. Reload the page and try the prompt again."),
    "model_name": _("Small Latin letters, digits and low lines, beginning with a letter; at most 64."),
    "model_address": _("An address that begins with https:// or http:// and goes on to /v1, without a name in it."),
    "model_word": _("What the server calls the model: one line of at most 200 characters."),
    "model_key": _("A key is one line of plain characters."),
    "model_unknown_currency": _("A currency that is known, such as USD."),
    "model_price": _("A plain number such as 0.15, with at most six digits after the point."),
    "model_context": _("A whole number of tokens from 1 to 10,000,000."),
    "model_unknown_kind": _("Only pictures, sound and documents can be sent."),
    "model_time": _("A whole number of seconds, of silence up to 300 and in all up to 1,800."),
}
