"""Somebody is told of a change: they read it, say so from a mail without signing in, and nobody calls them."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from desk.demo import trip
from reminders.models import Message, unseen
from reminders.services import links
from tests.browser.chromium import PHONE

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_change_is_read_acknowledged_from_the_mail_and_leaves_the_list_to_call(visit):
    notices = Message.objects.filter(program__code=trip.CODE, kind="change")
    mine = unseen(notices).get(participant__user__email="garam@goryeong.example")
    waiting = len({(one.participant_id, one.user_id) for one in unseen(notices)})

    inbox = visit("garam", size=PHONE)
    with inbox.expect_response(re.compile("/read/")):
        inbox.goto(reverse("inbox:index"))
    expect(inbox.get_by_text("새 알림")).to_be_visible()
    inbox.reload()
    expect(inbox.get_by_text("새 알림")).to_have_count(0)

    stranger = visit(size=PHONE)
    stranger.goto(reverse("seen:answer", args=[links.token_of(mine)]))
    stranger.get_by_role("button", name="확인했습니다").click()
    expect(stranger.get_by_text("확인하셨습니다")).to_be_visible()

    desk = visit("organizer")
    desk.goto(reverse("organize:unseen-list", args=[trip.CODE, mine.publication.number]))
    expect(desk.get_by_role("heading", level=1)).to_contain_text(f"{waiting - 1}명")
    expect(desk.get_by_role("link", name="김가람")).to_have_count(0)
    inbox.goto("/")
    expect(inbox.get_by_text("바뀐 일정")).to_have_count(0)
