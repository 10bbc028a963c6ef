"""The way in and out, and what somebody sets for themselves."""

from django.urls import path

from fairhand.web.account import demo_links, preferences

urlpatterns = [
    path("in/", demo_links.signed_out, name="signed-out"),
    path("in/<str:token>/", demo_links.sign_in, name="sign-in"),
    path("out/", demo_links.sign_out, name="sign-out"),
    path("account/", preferences.account, name="account"),
    path("account/language/", preferences.language, name="language"),
    path("account/theme/", preferences.theme, name="theme"),
]
