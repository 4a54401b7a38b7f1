"""What every test may ask for: people of each role, and a moment that does not pass."""

from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from accounts.models import User
from accounts.permissions import Role
from tests.factories.accounts import DepartmentFactory, UserFactory


@pytest.fixture(autouse=True)
def _plain_settings(settings, tmp_path):
    """No hashing of static files, quick passwords, files in a folder of the test."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files")},
        },
    }
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "whitenoise" not in name]
    # Tests run at any hour: no quiet hours and no pause before a change is told, unless a test is about them.
    settings.QUIET_FROM = settings.QUIET_UNTIL = "00:00"
    settings.CHANGE_DEBOUNCE_SECONDS = 0
    # A second hand has a connection of its own and would not see what a test has not committed.
    settings.REMINDERS_HANDS = 1
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _korean_first():
    """The last page a test opened leaves its language behind, and tests run in any order."""
    translation.activate("ko")


@pytest.fixture(autouse=True)
def _no_limits_left_over(request):
    """Sign-in limits live in the cache: a test begins with none used up."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db" if not _transactional(request) else "transactional_db")
        cache.clear()


def _transactional(request) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return "transactional_db" in request.fixturenames or bool(
        marker and marker.kwargs.get("transaction")
    )


@pytest.fixture
def now() -> datetime:
    """A Monday morning ten days before the demo trip."""
    return datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def organizer(db) -> User:
    return UserFactory(role=Role.ORGANIZER, name="정마루")


@pytest.fixture
def leader(db) -> User:
    return UserFactory(role=Role.LEADER, name="강바다")


@pytest.fixture
def administrator(db) -> User:
    return UserFactory(role=Role.ADMINISTRATOR, name="최라온")


@pytest.fixture
def privacy_officer(db) -> User:
    return UserFactory(role=Role.PRIVACY_OFFICER, name="윤아라")


@pytest.fixture
def coordinator(db) -> User:
    return UserFactory(
        role=Role.COORDINATOR, department=DepartmentFactory(name="관광진흥과"), name="조사랑"
    )


@pytest.fixture
def civil_servant(db) -> User:
    return UserFactory(name="박다온")


@pytest.fixture
def as_organizer(organizer) -> Client:
    return signed_in(organizer)


def signed_in(user: User) -> Client:
    """A browser in which `user` has signed in, with CSRF left to the tests that are about it."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
