import pytest
from django.urls import reverse

from reminders.models import Message, MessageState
from reminders.services import delivery
from tests.conftest import signed_in
from tests.factories.participants import EnrollmentFactory
from tests.factories.reminders import due_reminders, enrolled

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(settings, tmp_path):
    """A reminder that went out, into a file."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    message = due_reminders()[0]
    delivery.send_due()
    message.refresh_from_db()
    return message


def page(client, name, *args, **query):
    response = client.get(reverse(f"organize:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_organizer_sees_to_whom_what_was_sent_and_when(as_organizer, sent):
    shown = page(as_organizer, "message-list")

    assert sent.participant.name in shown
    assert "집결" in shown
    assert "보냄" in shown


def test_the_page_of_a_message_shows_the_text_as_it_was_sent(as_organizer, sent):
    shown = page(as_organizer, "message-detail", sent.pk)

    assert "보낸 글" in shown
    assert "장소: 군청 주차장" in shown
    assert "발송 시도" in shown


def test_a_message_still_to_go_shows_what_would_be_sent(as_organizer):
    message = due_reminders()[0]

    shown = page(as_organizer, "message-detail", message.pk)

    assert "지금 보내면 이렇게 나갑니다" in shown
    assert "장소: 군청 주차장" in shown


def test_the_tab_of_a_program_counts_and_names_its_rules(as_organizer, sent):
    shown = page(as_organizer, "program-message-list", sent.program.code)

    assert "첫 일정 60분 전" in shown
    assert "하루 전 18:00" in shown
    assert sent.participant.name in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "accepted"}, True),
        ({"state": "failed"}, False),
        ({"state": "unsettled"}, False),
        ({"kind": "reminder"}, True),
        ({"kind": "change"}, False),
        ({"since": "2199-01-01"}, False),
        ({"until": "2199-01-01"}, True),
        ({"q": "아무개"}, False),
    ],
)
def test_the_list_can_be_narrowed_down(as_organizer, sent, query, found):
    shown = page(as_organizer, "message-list", **query)

    assert (sent.participant.name in shown) is found


def test_the_list_can_be_narrowed_down_to_a_program(as_organizer, sent):
    other = due_reminders()[0]

    shown = page(as_organizer, "message-list", program=sent.program.code)

    assert sent.participant.name in shown
    assert str(other.pk) not in shown


def test_a_person_is_found_by_name(as_organizer, sent):
    assert sent.participant.name in page(as_organizer, "message-list", q=sent.participant.name)


def test_a_message_is_stopped_with_one_click(as_organizer):
    message = due_reminders()[0]

    as_organizer.post(reverse("organize:message-cancel", args=[message.pk]))

    assert Message.objects.get().state == MessageState.SUPPRESSED


def test_what_cannot_be_stopped_says_so(as_organizer, sent):
    answer = as_organizer.post(reverse("organize:message-cancel", args=[sent.pk]), follow=True)

    assert "취소할 수 없습니다" in answer.content.decode()


def test_a_message_is_sent_again_and_its_own_page_opens(as_organizer, sent):
    answer = as_organizer.post(reverse("organize:message-again", args=[sent.pk]))

    again = Message.objects.exclude(pk=sent.pk).get()
    assert answer.url == reverse("organize:message-detail", args=[again.pk])


@pytest.mark.parametrize("person", ["leader", "coordinator", "civil_servant", "privacy_officer"])
def test_only_who_manages_programs_may_read_messages(request, sent, person):
    client = signed_in(request.getfixturevalue(person))

    pages = [
        ("message-list",),
        ("message-detail", sent.pk),
        ("program-message-list", sent.program.code),
    ]

    for name, *args in pages:
        assert client.get(reverse(f"organize:{name}", args=args)).status_code == 403


def test_the_lists_take_the_same_number_of_queries_for_any_number_of_rows(
    as_organizer, django_assert_max_num_queries
):
    program = due_reminders(2)[0].program

    def queries():
        with django_assert_max_num_queries(40) as counted:
            page(as_organizer, "message-list")
            page(as_organizer, "program-message-list", program.code)
        return len(counted)

    queries()
    few = queries()
    due_reminders(15)
    EnrollmentFactory.create_batch(3, program=program)
    enrolled(program)

    assert queries() == few
