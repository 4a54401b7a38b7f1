"""The person's own list of messages in this system: nothing leaves the machine, the stored row is the message."""

from django.utils.translation import gettext as _

from reminders.channels.answer import Answer, Outcome, Text
from reminders.models import Channel, Message


class InboxSender:
    is_ready = True

    def prepare(self) -> None:
        """Nothing takes time."""

    def send(self, message: Message, text: Text) -> Answer:
        if message.user_id or (message.participant and message.participant.user_id):
            return Answer(Outcome.ACCEPTED, Channel.INBOX, _("알림함에 넣었습니다."))
        return Answer(Outcome.REFUSED, Channel.INBOX, _("계정이 없어 알림함에 넣을 수 없습니다."))

    def close(self) -> None:
        """Nothing was opened."""
