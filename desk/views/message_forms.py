"""What an organizer types about a message."""

from datetime import datetime
from typing import Self

from django import forms
from django.utils.translation import gettext_lazy as _

from core.dates import local
from core.forms import CleanCharField, KoreanDateTimeField
from reminders.models import Message


class RetimeForm(forms.Form):
    """`shown` is the time the organizer read; it finds out who was quicker."""

    to = KoreanDateTimeField(label=_("보낼 시각"), help_text=_("야간에도 이 시각에 보냅니다."))
    shown = KoreanDateTimeField(widget=forms.HiddenInput, required=False)

    @classmethod
    def of(cls, message: Message, *, at: datetime) -> Self:
        """Begins with the time it has; of one whose time has come, with the end of its hold or none."""
        shown = cls._initial(message)
        until = message.due_at if message.due_at > at else message.held_until
        return cls(initial=shown | {"to": f"{local(until):%Y-%m-%d %H:%M}" if until else ""})

    def about(self, message: Message) -> Self:
        """What was typed, now against the time the message has meanwhile."""
        data = self.data.copy()
        data["shown"] = self._initial(message)["shown"]
        form = type(self)(data)
        form.is_valid()
        return form

    @staticmethod
    def _initial(message: Message) -> dict[str, str]:
        shown = f"{local(message.due_at):%Y-%m-%d %H:%M}"
        return {"shown": shown}


class CallForm(forms.Form):
    """The reason under which the numbers of the call list are shown; it goes into the access log."""

    reason = CleanCharField(
        label=_("보는 사유"),
        max_length=300,
        initial=_("바뀐 일정을 보지 않은 사람에게 전화"),
        help_text=_("사유와 본 사람은 접속기록에 남습니다."),
    )
