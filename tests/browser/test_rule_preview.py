"""The preview of a rule: somebody is found while typing, by keyboard alone."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.permissions import Role
from participants.models import Participant
from tests.browser.chromium import PHONE, window
from tests.factories.accounts import UserFactory
from tests.factories.reminders import program_starting, rule

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def preview(live_server, browser):
    """The preview of a rule that writes to three people, opened by an organizer on a phone."""
    trip = program_starting(timezone.now() + timedelta(days=3), people=3)
    person = trip.enrollments.order_by("pk").last().participant
    Participant.objects.filter(pk=person.pk).update(name="남궁라온")
    own = rule(trip, body="{성명} 님, {시각} {일정}")
    organizer = UserFactory(role=Role.ORGANIZER)
    context = window(browser, live_server.url, size=PHONE, user=organizer)
    page = context.new_page()
    page.goto(reverse("organize:program-rule-preview", args=[trip.code, own.pk]))
    yield page
    context.close()


def test_typing_narrows_the_list_says_so_and_enter_shows_the_text(preview):
    options, said = preview.locator("#reader option"), preview.locator("#reader-found")
    expect(options).to_have_count(3)
    expect(said).to_contain_text("모두 3명입니다")

    preview.get_by_label("사람 찾기").focus()
    preview.keyboard.type("라온")

    expect(options).to_have_count(1)
    expect(said).to_contain_text("3명 중 1명을 찾았습니다")
    expect(preview.get_by_label("사람 찾기")).to_be_focused()
    preview.keyboard.press("Enter")
    expect(preview.locator(".mail-body").first).to_contain_text("남**온 님")


def test_nobody_found_says_so_and_clearing_brings_everybody_back(preview):
    options, said = preview.locator("#reader option"), preview.locator("#reader-found")

    preview.get_by_label("사람 찾기").fill("아무도아님")
    expect(said).to_contain_text("맞는 사람이 없습니다")
    preview.get_by_label("사람 찾기").fill("")

    expect(options).to_have_count(3)
    expect(said).to_contain_text("모두 3명입니다")
