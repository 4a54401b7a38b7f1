from datetime import timedelta

import pytest

from reminders.services import outbox
from tests.smtp_sink import SmtpSink


@pytest.fixture(autouse=True)
def server_of_long_standing(monkeypatch):
    """The database of the tests has just been started, as after a crash."""
    monkeypatch.setattr(outbox, "GRACE_AFTER_RESTART", timedelta(0))


@pytest.fixture
def sink():
    with SmtpSink() as server:
        yield server


@pytest.fixture
def smtp(sink, settings):
    """Mail of this process goes to the sink."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = sink.host, sink.port
    return sink
