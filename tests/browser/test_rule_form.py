"""The form of a reminder rule, as somebody types into it."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.permissions import Role
from reminders.models import ReminderRule
from tests.browser.chromium import DESKTOP, window
from tests.factories.accounts import UserFactory
from tests.factories.programs import ProgramFactory
from tests.factories.reminders import rule


@pytest.fixture
def form(transactional_db, live_server, browser):
    """A rule opened by an organizer."""
    organizer = UserFactory(role=Role.ORGANIZER)
    own = rule(ProgramFactory(), sms="{시각} 집결")
    context = window(browser, live_server.url, size=DESKTOP, user=organizer)
    page = context.new_page()
    page.goto(reverse("organize:program-rule-edit", args=[own.program.code, own.pk]))
    yield page
    context.close()


def test_bytes_are_counted_while_typing_and_a_click_puts_a_placeholder_in(form):
    korean = form.locator("[data-language=ko]")
    words, bubble = korean.locator("[data-size-words]"), korean.locator("[data-sms-example]")
    expect(words).to_contain_text("19바이트")

    form.locator("#id_sms").fill("🙂 ")
    expect(words).to_contain_text("문자로 보낼 수 없는 글자: 🙂")
    form.locator("#id_sms").fill("")
    form.get_by_role("button", name="{시각}").click()

    expect(form.locator("#id_sms")).to_have_value("{시각}")
    expect(form.locator("#id_sms")).to_be_focused()
    expect(bubble).to_have_text("[고령군] 05:40")
    form.locator("#id_sms").fill("가" * 50)
    expect(words).to_contain_text("긴 문자 한 통")
    expect(words).to_contain_text("시각이 앞 80바이트 안에 없습니다")


def test_an_english_text_gets_english_placeholders_and_only_what_its_readers_have(form):
    form.locator("#id_body_en").fill("")

    form.get_by_role("button", name="{날짜}").click()
    expect(form.locator("#id_body_en")).to_have_value("{date}")
    expect(form.get_by_role("button", name="{인원}")).to_be_hidden()
    form.get_by_label("받는 사람").select_option("leaders")

    expect(form.get_by_role("button", name="{인원}")).to_be_visible()
    expect(form.get_by_label("한 부서만")).to_be_hidden()


def test_only_the_fields_of_the_trigger_are_shown_and_all_of_it_works_by_keyboard(form):
    form.get_by_label("며칠 전 정한 시각").focus()
    form.keyboard.press("ArrowDown")
    form.keyboard.press("ArrowDown")
    expect(form.get_by_label("일정마다 시작 전")).to_be_checked()
    expect(form.locator("#id_days_before")).to_be_hidden()

    form.locator("#id_before").fill("2")
    form.locator("#id_unit").select_option("60")
    form.get_by_label("현장방문").focus()
    form.keyboard.press("Space")
    form.locator("#id_second").focus()
    form.keyboard.press("End")
    form.locator("#id_name").press("Enter")
    form.wait_for_url("**/messages/rules/")

    saved = ReminderRule.objects.get(program__isnull=False, trigger="before_item")
    assert (saved.minutes_before, saved.item_kinds) == (120, ["visit"])
    assert saved.channels == ["email", "inbox"]
