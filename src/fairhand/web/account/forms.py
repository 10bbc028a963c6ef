"""Forms of sign-up, with a name: everything else that is asked at sign-in is allauth's form."""

from typing import Any

from allauth.account.forms import SignupForm
from django import forms
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from fairhand.kernel.limits import PERSON_NAME_CHARS_MAX
from fairhand.people.models import Person


def _name() -> forms.CharField:
    return forms.CharField(
        max_length=PERSON_NAME_CHARS_MAX,
        error_messages={
            "required": _("Say what we may call you."),
            "max_length": _("This name is longer than we can keep. Shorten it."),
        },
    )


class SignUp(SignupForm):  # type: ignore[misc]  # allauth has no types
    """Open sign-up."""

    name = _name()
    field_order = ("name", "email", "password1")

    def try_save(self, request: HttpRequest) -> Any:
        """Whether somebody has an account under the address, nobody learns: not even from a stopwatch."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class Joining(forms.Form):
    """A new account for the address of an invitation."""

    name = _name()
    password1 = forms.CharField(strip=False, validators=[ProhibitNullCharactersValidator()])

    def __init__(self, data: Any = None, *, email: str) -> None:
        super().__init__(data)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """The password is held against the name and the address."""
        found = super().clean() or self.cleaned_data
        if "password1" in found:
            try:
                validate_password(found["password1"], Person(email=self.email, name=found.get("name", "")))
            except ValidationError as error:
                self.add_error("password1", error)
        return found
