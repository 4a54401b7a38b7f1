"""Each way to reach people, and how a message goes from one to the next."""

import json
import socket
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.utils import timezone

from reminders.channels import mime, sms
from reminders.models import Channel, DeliveryAttempt, Message, MessageState
from reminders.services import delivery, handling, outbox
from tests.factories.reminders import due_reminders
from tests.sms_gateway import SECRET, SmsGateway

pytestmark = pytest.mark.django_db
A_YES = (200, {}, None)
SILENCE = (200, {}, "silent")


@pytest.fixture
def gateway(settings):
    with SmsGateway() as server:
        settings.LOCAL = True
        settings.SMS_URL, settings.SMS_SECRET = server.url, SECRET
        settings.SMS_ALLOWED_HOSTS = ["127.0.0.1"]
        yield server


def due(*channels: str, mobile: str = "010-0000-1234") -> Message:
    message = due_reminders()[0]
    type(message.participant).objects.filter(pk=message.participant_id).update(mobile=mobile)
    Message.objects.filter(pk=message.pk).update(channels=list(channels))
    return message


def attempts(message) -> list[tuple[str, str]]:
    return list(DeliveryAttempt.objects.filter(message=message).values_list("channel", "outcome"))


def let_it_be_tried_again() -> None:
    Message.objects.update(retry_at=timezone.now())


# -- text messages


def test_a_text_message_goes_out_signed_with_our_id_as_its_reference(gateway):
    message = due("sms")

    assert delivery.send_due() == 1

    sent = gateway.taken[str(message.pk)]
    assert (sent["to"], sent["kind"]) == ("01000001234", "sms")
    assert "집결" in sent["text"]
    message.refresh_from_db()
    assert (message.channel, message.provider_reference) == (Channel.SMS, "gw-1")
    assert gateway.asked == []


def test_a_wrong_secret_is_refused_by_the_gateway_and_shown(gateway, settings):
    settings.SMS_SECRET = "another"
    message = due("sms")

    assert delivery.send_due() == 0

    message.refresh_from_db()
    assert (gateway.forged, message.state) == (1, MessageState.DEAD)
    assert message.last_error == "403 signature"


def test_no_machine_but_the_allowed_one_is_connected_to(gateway, settings):
    settings.SMS_ALLOWED_HOSTS = ["sms.goryeong.example"]
    message = due("sms")

    assert delivery.send_due() == 0

    message.refresh_from_db()
    assert (gateway.taken, message.state) == ({}, MessageState.DEAD)
    assert "127.0.0.1" in message.last_error


def test_an_allowed_name_that_points_to_this_very_server_is_not_connected_to(gateway, settings):
    settings.LOCAL = False
    settings.SMS_URL = settings.SMS_URL.replace("http:", "https:")
    message = due("sms")

    assert delivery.send_due() == 0

    message.refresh_from_db()
    assert "이 서버 자신" in message.last_error


def test_a_plain_http_gateway_is_not_used_in_production(gateway, settings):
    settings.LOCAL = False
    message = due("sms")

    delivery.send_due()

    message.refresh_from_db()
    assert "https" in message.last_error


def test_the_address_that_was_checked_is_the_one_connected_to(gateway, settings, monkeypatch):
    """A name that answers with another address a moment later changes nothing."""
    asked = []

    def answers(host, port, *_, **__):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    settings.SMS_URL = settings.SMS_URL.replace("127.0.0.1", "sms.goryeong.example")
    settings.SMS_ALLOWED_HOSTS = ["sms.goryeong.example"]
    monkeypatch.setattr(sms.socket, "getaddrinfo", answers)
    due("sms")

    assert delivery.send_due() == 1

    assert asked.count("sms.goryeong.example") == 1


def test_a_redirect_is_followed_by_nobody(gateway):
    gateway.answers = [(302, {"Location": f"{gateway.url}/elsewhere"}, {"message": "go there"})]
    message = due("sms")

    assert delivery.send_due() == 0

    message.refresh_from_db()
    assert (message.state, message.last_error) == (MessageState.DEAD, "302 go there")
    assert gateway.asked == []


def test_after_no_answer_the_gateway_is_asked_before_anything_is_sent_twice(gateway):
    gateway.answers = [SILENCE]
    message = due("sms")
    assert delivery.send_due() == 0
    let_it_be_tried_again()

    assert delivery.send_due() == 1

    assert gateway.asked == [str(message.pk)]
    assert attempts(message) == [("sms", "unknown"), ("sms", "accepted")]
    assert len(gateway.taken) == 1


def test_what_the_gateway_never_heard_of_is_sent_again(gateway):
    gateway.answers = [(500, {}, {"message": "oops"})]
    message = due("sms")
    delivery.send_due()
    let_it_be_tried_again()

    assert delivery.send_due() == 1

    assert gateway.asked == [str(message.pk)]


def test_a_pause_the_gateway_asks_for_is_kept(gateway):
    gateway.answers = [(429, {"Retry-After": "120"}, {"message": "slow down"})]
    message = due("sms")
    began = timezone.now()

    delivery.send_due()

    message.refresh_from_db()
    assert message.state == MessageState.RETRY
    assert message.retry_at >= began + timedelta(seconds=120)


def test_an_error_inside_a_200_is_no_yes(gateway):
    gateway.answers = [(200, {}, {"accepted": False, "message": "bad number"})]
    message = due("sms")

    assert delivery.send_due() == 0

    message.refresh_from_db()
    assert (message.state, message.last_error) == (MessageState.DEAD, "200 bad number")


def test_a_gateway_that_talks_nonsense_is_an_unknown(gateway):
    gateway.answers = [(200, {}, b"<html>")]
    message = due("sms")

    delivery.send_due()

    assert attempts(message) == [("sms", "unknown")]


def test_without_settings_nothing_leaves_the_machine():
    message = due("sms", "file")

    assert delivery.send_due() == 0

    message.refresh_from_db()
    assert message.state == MessageState.DEAD
    assert attempts(message) == [("sms", "refused"), ("file", "refused")]


@pytest.mark.parametrize(
    ("text", "kind", "length"),
    [("가" * 45, "sms", 45), ("가" * 46, "lms", 46), ("가" * 1500, "lms", 1000)],
)
def test_up_to_ninety_bytes_are_short_and_beyond_two_thousand_are_cut_between_letters(
    text, kind, length
):
    sized = sms._sized(text)

    assert (sized["kind"], len(sized["text"])) == (kind, length)


# -- file drop


def test_a_dropped_file_is_whole_named_after_its_message_and_replaced_by_a_repeat(
    settings, tmp_path
):
    settings.DROP_DIR = str(tmp_path / "drop")
    message = due("file")

    assert delivery.send_due() == 1
    Message.objects.update(state="planned", accepted_at=None, settled_at=None, place=0)
    assert delivery.send_due() == 1

    files = list((tmp_path / "drop").iterdir())
    assert [file.name for file in files] == [f"{message.pk}.json"]
    assert "집결" in json.loads(files[0].read_text())["subject"]


def test_a_folder_that_cannot_be_written_to_is_tried_later(settings, tmp_path):
    (tmp_path / "drop").write_text("a file where the folder should be")
    settings.DROP_DIR = str(tmp_path / "drop")
    message = due("file")

    delivery.send_due()

    assert attempts(message) == [("file", "deferred")]


# -- copy for the messenger


def test_a_text_for_the_messenger_waits_for_a_person_and_is_never_sent_by_a_machine(organizer):
    message = due("copy")

    assert delivery.send_due() == 0

    message.refresh_from_db()
    assert (message.state, message.channel) == (MessageState.HELD, Channel.COPY)
    assert message.held_until == message.expires_at
    assert "집결" in message.body

    handling.pass_on(message=message, by=organizer, at=timezone.now())
    message.refresh_from_db()
    assert message.state == MessageState.ACCEPTED


def test_a_text_nobody_passes_on_goes_to_the_next_channel_in_time(smtp):
    message = due("copy", "email")
    delivery.send_due()
    message.refresh_from_db()
    assert message.held_until < message.expires_at

    Message.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    delivery.send_due()
    from reminders.services import holding  # noqa: PLC0415

    holding.release()
    assert delivery.send_due() == 1
    message.refresh_from_db()
    assert message.channel == Channel.EMAIL


# -- from one channel to the next


def test_a_clear_no_gives_way_to_the_next_channel_at_once_and_once(smtp, gateway):
    message = due("email", "sms")
    smtp.answer("550 5.1.1 no such person")

    assert delivery.send_due() == 1

    message.refresh_from_db()
    assert (message.channel, message.place, message.tries) == (Channel.SMS, 1, 0)
    assert attempts(message) == [("email", "refused"), ("sms", "accepted")]
    assert len(smtp.received) == 1


def test_when_all_say_no_it_failed(smtp, gateway):
    message = due("email", "sms", mobile="")
    smtp.answer("550 5.1.1 no such person")

    assert delivery.send_due() == 0

    message.refresh_from_db()
    assert message.state == MessageState.DEAD
    assert attempts(message) == [("email", "refused"), ("sms", "refused")]


def test_a_channel_whose_tries_are_used_up_gives_way(smtp, gateway):
    message = due("email", "sms")
    smtp.answer("451 4.3.0 later")

    for _try in range(outbox.TRIES_A_CHANNEL):
        delivery.send_due()
        let_it_be_tried_again()
    delivery.send_due()

    assert [channel for channel, _ in attempts(message)] == ["email"] * 5 + ["sms"]
    message.refresh_from_db()
    assert message.state == MessageState.ACCEPTED


def test_a_channel_that_had_half_of_the_time_gives_way(smtp, gateway):
    message = due("email", "sms")
    smtp.answer("451 4.3.0 later")
    delivery.send_due()
    message.refresh_from_db()
    half = message.moves_on_at
    assert timezone.now() < half < message.expires_at

    Message.objects.update(moves_on_at=timezone.now(), retry_at=timezone.now())
    delivery.send_due()

    assert [channel for channel, _ in attempts(message)] == ["email", "email", "sms"]


def test_the_last_channel_is_tried_as_long_as_the_message_is_of_use(smtp):
    message = due("email")
    smtp.answer("451 4.3.0 later")

    for _try in range(outbox.TRIES_A_CHANNEL + 2):
        delivery.send_due()
        let_it_be_tried_again()

    message.refresh_from_db()
    assert (message.state, message.tries) == (MessageState.RETRY, outbox.TRIES_A_CHANNEL + 2)


# -- the bytes of a mail


def test_a_mail_written_by_hand_reads_like_any_other():
    raw = mime.written(
        message_id="<1@localhost>",
        sender="고령군 교육훈련 <training@goryeong.example>",
        to="a@goryeong.example",
        subject="[고령군] 12. 3.(목) 05:40 집결 " + "긴 제목 " * 12,
        body="박다온 님,\n\n.으로 시작하는 줄 <b>\nhttps://a.example/?a=1&b=2\n",
    )

    mail = message_from_bytes(raw, policy=policy.default)

    assert mail["From"].addresses[0].display_name == "고령군 교육훈련"
    assert mail["Subject"].startswith("[고령군] 12. 3.(목) 05:40 집결 긴 제목")
    assert mail["To"] == "a@goryeong.example"
    plain = mail.get_body(("plain",)).get_content()
    assert plain.replace("\r\n", "\n") == (
        "박다온 님,\n\n.으로 시작하는 줄 <b>\nhttps://a.example/?a=1&b=2\n"
    )
    html = mail.get_body(("html",)).get_content()
    assert "&lt;b&gt;<br>" in html
    assert '<a href="https://a.example/?a=1&amp;b=2">' in html
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize("address", ["a@x.example\r\nBcc: all@x.example", "a b@x.example", ""])
def test_an_address_cannot_carry_a_header(address):
    with pytest.raises(ValueError, match="one line"):
        mime.written(message_id="<1@x>", sender="a@x.example", to=address, subject="", body="")
