"""The form counts and fills a text while it is typed: the same as the server, in a real browser."""

import base64
from pathlib import Path

import pytest

from reminders.services import sms, wording
from tests.browser.chromium import chromium

SCRIPT = Path(__file__).resolve().parents[2] / "static" / "dist" / "rule.js"
LIMITS = {"short": sms.SHORT_BYTES, "long": sms.LONG_BYTES}
VALUES = {written: f"<{one.name}>" for written, one in wording.NAMES.items()}
TEXTS = [
    "",
    "[고령군] 12.3.(목) 05:40까지 군청 주차장 집결(06:00 출발). 신분증·명찰 지참. 문의 ☎1234",
    "뷁똠 한글 ASCII 漢字 ①②③ ㈜",
    "10:30–12:00 — 끝 • 점 〜 물결\u00a0사이\t칸",
    "🙂 안녕 🙂 ✔︎ €®",
    "줄\r\n바꿈\n두 번",
    "가" * 45,
    "가" * 45 + "a",
    "가" * 1000,
    "가" * 1001,
]
TEMPLATES = [
    "{날짜} {time} {장소}",
    "{ 성명 } 님",
    "{없는것}\n남는 줄\n{성명}{없는것}",
    "{이름",
    "}{성명}{",
    "{{성명}}",
    "{user.password} {0.__class__}",
    "가\r\n\r\n\r\n\r\n나\r다",
    "  앞뒤 빈칸  ",
]


@pytest.fixture(scope="module")
def script():
    """The functions of the form's script, asked from Python."""
    source = base64.b64encode(SCRIPT.read_bytes()).decode()
    with chromium() as browser:
        page = browser.new_page()
        page.evaluate(
            "async (source) => { window.words = await import(`data:text/javascript;base64,${source}`); }",
            source,
        )
        yield page


@pytest.mark.parametrize("text", TEXTS)
def test_the_browser_measures_a_text_message_as_the_server_does(script, text):
    found = script.evaluate("([text, limits]) => words.measure(text, limits)", [text, LIMITS])

    ours = sms.measure(text)
    assert found == {"bytes": ours.bytes, "size": ours.size, "outside": list(ours.outside)}


def test_the_browser_knows_the_bytes_of_every_letter(script):
    letters = [chr(code) for code in range(0x20, 0x20000) if not 0xD800 <= code < 0xE000]

    found = script.evaluate(
        """([letters, limits]) => letters.map((one) => {
            const { bytes, outside } = words.measure(one, limits);
            return bytes + 10 * outside.length;
        })""",
        [letters, LIMITS],
    )

    ours = [sms.measure(one) for one in letters]
    expected = [one.bytes + 10 * len(one.outside) for one in ours]
    assert [hex(ord(letters[n])) for n, size in enumerate(found) if size != expected[n]] == []


@pytest.mark.parametrize("limit", [0, 1, 2, 79, 80])
def test_the_browser_cuts_where_the_server_cuts(script, limit):
    text = TEXTS[1]

    assert script.evaluate("([text, limit]) => words.seen(text, limit)", [text, limit]) == sms.cut(
        text, limit=limit
    )


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_browser_fills_placeholders_as_the_server_does(script, template):
    found = script.evaluate("([text, values]) => words.fill(text, values)", [template, VALUES])

    assert found == wording.fill(
        template, {one.name: f"<{one.name}>" for one in wording.PLACEHOLDERS}
    )
