"""Our sentences for what allauth says, by its own names. None of its own sentences reaches a reader."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What is wrong with a form.
ERRORS: Mapping[str, Promise] = {
    "email_password_mismatch": _("E-mail address and password don't match. Check both, or set a new password."),
    "email_taken": _("This address can't be used. Choose another."),
    "duplicate_email": _("This is the address of your account already."),
    "same_as_current": _("This is the address of your account already."),
    "incorrect_code": _("This code is not right, or was used already. Wait for the next one and try again."),
    "incorrect_password": _("This password is not right."),
    "enter_current_password": _("This is not your current password."),
    "too_many_login_attempts": _("Too many attempts. Wait five minutes, then try again; nothing is locked for good."),
    "rate_limited": _("Too many attempts. Wait a few minutes, then try again."),
    "invalid_or_expired_key": _("This link was used already or is too old. Ask for a new one."),
    "invalid_password_reset": _("This link was used already or is too old. Ask for a new one."),
    "invalid_login": _("That did not work. Try again."),
    "max_email_addresses": _("Confirm the new address first, or remove it."),
    "unverified_email": _("Confirm your new e-mail address first; until then nothing can be added here."),
    "unverified_primary_email": _("Confirm your new e-mail address first; until then nothing can be added here."),
    "cannot_delete_authenticator": _("This can't be removed."),
    "cannot_generate_recovery_codes": _("Set up a code app or a passkey first: recovery codes stand in for those."),
}

# What was done. A name that is missing here has nothing to say.
MESSAGES: Mapping[str, Promise] = {
    "account/messages/email_confirmation_sent.txt": _("We wrote to %(email)s. Open the link in that e-mail."),
    "account/messages/email_confirmed.txt": _("%(email)s is confirmed."),
    "account/messages/email_confirmation_failed.txt": _("%(email)s can't be confirmed: another account has it."),
    "account/messages/email_deleted.txt": _("%(email)s was removed."),
    "account/messages/password_changed.txt": _("Your password is changed, and all other visits are ended."),
    "account/messages/password_set.txt": _("Your password is set."),
    "account/messages/primary_email_set.txt": _("Your e-mail address is changed."),
    "mfa/messages/totp_activated.txt": _("The code app is set up."),
    "mfa/messages/totp_deactivated.txt": _("The code app is removed."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
    "mfa/messages/recovery_codes_generated.txt": _("New recovery codes are made. Keep them: they are shown this once."),
}
