"""The way in and out, one's own account, invitations. allauth's addresses have allauth's names: it asks for them.

A page of allauth that is not listed here does not exist.
"""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as social
from django.urls import path, re_path

from fairhand.web.account import (
    demo_links,
    invitations,
    joining,
    keys,
    notifications,
    preferences,
    profile,
    provider,
    qualifications,
    security,
)
from fairhand.web.account.doors import anyone, own
from fairhand.web.account.kept import added  # its receivers keep what happens to accounts

assert added  # the import is what counts

_entrance = [
    path("sign-in/", anyone(account.login), name="account_login"),
    path("sign-in/code/", anyone(factors.authenticate), name="mfa_authenticate"),
    path("sign-in/passkey/", anyone(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("sign-in/closed/", anyone(account.account_inactive, "GET"), name="account_inactive"),
    path(
        "sign-in/with/<slug:provider_id>/", anyone(provider.to_provider, "GET"),
        name="openid_connect_login",
    ),
    path(
        "sign-in/with/<slug:provider_id>/back/", anyone(provider.from_provider, "GET"), name="openid_connect_callback"
    ),
    path("sign-in/cancelled/", anyone(social.login_cancelled, "GET"), name="socialaccount_login_cancelled"),
    path("sign-up/", anyone(account.signup), name="account_signup"),
    path("sign-up/invited/<str:token>/", joining.joining, name="join"),
    path("sign-up/sent/", anyone(account.email_verification_sent, "GET"), name="account_email_verification_sent"),
    path("sign-up/confirm/<str:key>/", anyone(account.confirm_email), name="account_confirm_email"),
    path("sign-out/", demo_links.sign_out, name="sign-out"),
    path("password/forgotten/", anyone(account.password_reset), name="account_reset_password"),
    path("password/forgotten/sent/", anyone(account.password_reset_done, "GET"), name="account_reset_password_done"),
    # allauth writes the two parts into the link with a hyphen between.
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[0-9A-Za-z-]+)/$", anyone(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/new/done/", anyone(account.password_reset_from_key_done, "GET"),
        name="account_reset_password_from_key_done",
    ),
    path("in/", demo_links.signed_out, name="signed-out"),
    path("in/<str:token>/", demo_links.sign_in, name="sign-in"),
]  # fmt: skip
_keys = [
    path("account/keys/", keys.keys, name="keys"),
    path("account/keys/<uuid:key_id>/rotate/", keys.rotate, name="key-rotate"),
    path("account/keys/<uuid:key_id>/revoke/", keys.revoke, name="key-revoke"),
]
_security = [
    path("security/", security.security, name="security"),
    path("security/visits/<int:number>/end/", security.end_visit, name="end-visit"),
    path("security/visits/end-others/", security.end_others, name="end-other-visits"),
    path("security/email/", own(account.email, fresh=True), name="account_email"),
    path("security/password/", own(account.password_change, fresh=True), name="account_change_password"),
    path("security/password/first/", own(account.password_set, fresh=True), name="account_set_password"),
    path("security/app/", own(totp.activate_totp, fresh=True), name="mfa_activate_totp"),
    path("security/app/remove/", own(totp.deactivate_totp, fresh=True), name="mfa_deactivate_totp"),
    path("security/passkeys/add/", own(passkeys.add_webauthn, fresh=True), name="mfa_add_webauthn"),
    path("security/passkeys/<int:pk>/name/", own(passkeys.edit_webauthn, fresh=True), name="mfa_edit_webauthn"),
    path("security/passkeys/<int:pk>/remove/", own(passkeys.remove_webauthn, fresh=True), name="mfa_remove_webauthn"),
    path("security/codes/", own(recovery.view_recovery_codes, "GET", fresh=True), name="mfa_view_recovery_codes"),
    path("security/codes/new/", own(recovery.generate_recovery_codes, fresh=True), name="mfa_generate_recovery_codes"),
    path("security/proof/", own(account.reauthenticate), name="account_reauthenticate"),
    path("security/proof/code/", own(factors.reauthenticate), name="mfa_reauthenticate"),
    path("security/proof/passkey/", own(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    # Where allauth goes afterwards; to us these are one page.
    path("security/factors/", security.to_security, name="mfa_index"),
    path("security/passkeys/", security.to_security, name="mfa_list_webauthn"),
]
_invitations = [
    path("people/invitations/", invitations.invitations, name="invitations"),
    path("people/invitations/with-role/", invitations.invite_with_role, name="invite-with-role"),
    path(
        "people/invitations/<uuid:invitation_id>/withdraw/", invitations.withdraw_invitation,
        name="withdraw-invitation",
    ),
    path("client/people/", invitations.client_people_home, name="client-people-home"),
    path("client/orgs/<slug:org>/people/", invitations.client_people, name="client-people"),
    path(
        "client/orgs/<slug:org>/people/<uuid:invitation_id>/withdraw/", invitations.withdraw_client_invitation,
        name="withdraw-client-invitation",
    ),
]  # fmt: skip
urlpatterns = [
    *_entrance,
    *_security,
    *_keys,
    *_invitations,
    path("account/profile/", profile.profile, name="profile"),
    path("account/profile/consents/", profile.consents, name="consents"),
    path("account/qualifications/", qualifications.qualifications, name="qualifications"),
    path("account/exclusions/<uuid:exclusion_id>/contest/", qualifications.contest_exclusion, name="exclusion-contest"),
    path("account/profile/everything.json", profile.everything, name="profile-file"),
    path("account/notifications/", notifications.notifications, name="notifications"),
    path("account/", preferences.account, name="account"),
    path("account/language/", preferences.language, name="language"),
    path("account/theme/", preferences.theme, name="theme"),
]
