"""Signing in (the allauth views we use, and no other), the administrator's account pages, privacy."""

from typing import Any

from allauth.account import views as allauth
from django.urls import path, re_path

from accounts.views import administrator, privacy

# Names are allauth's own: its views and mails refer to them. No sign-up, no change of address.
account_urls: list[Any] = [
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/set/", allauth.password_set, name="account_set_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

administrator_urls: list[Any] = [
    path("", administrator.account_list, name="account-list"),
    path("<int:pk>/", administrator.account_detail, name="account-detail"),
    path("<int:pk>/roles/", administrator.role_grant, name="role-grant"),
    path("<int:pk>/roles/<int:grant>/revoke/", administrator.role_revoke, name="role-revoke"),
    path("<int:pk>/state/", administrator.account_state, name="account-state"),
    path("<int:pk>/invite/", administrator.account_invite, name="account-invite"),
]

privacy_urls: list[Any] = [
    path("", privacy.policy, name="policy"),
    path("log/", privacy.access_log, name="access-log"),
]
