import json

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from core.middleware import RefuseBrokenText


class Site:
    """A URLconf of one refusal, so that these tests need no page of the product."""

    urlpatterns = []

    @staticmethod
    def handler400(request, exception):
        return HttpResponse("our page", status=400)


@pytest.fixture(autouse=True)
def one_refusal(settings):
    settings.ROOT_URLCONF = Site


def answer_before_view(request):
    return RefuseBrokenText(HttpResponse).process_view(request, None, (), {})


ask = RequestFactory()
JSON = "application/json"

BROKEN = [
    lambda: ask.get("/programs/", {"q": "a\x00"}),
    lambda: ask.get("/programs/?a%00=1"),
    lambda: ask.get("/programs/a%00/"),
    lambda: ask.post("/programs/", {"name": "홍\x00"}),
    lambda: ask.post("/programs/", {"na\x00me": "홍"}),
    lambda: ask.post("/programs/", "name=%00", content_type="application/x-www-form-urlencoded"),
    lambda: ask.post("/marks/", '{"a": "\\u0000"}', content_type=JSON),
    lambda: ask.post("/marks/", '{"a": [{"\\ud800": 1}]}', content_type=JSON),
    lambda: ask.put("/marks/", '["\\uDFFF"]', content_type=JSON),
    lambda: ask.post("/marks/", '"\\u0000', content_type=JSON),
    lambda: ask.post("/marks/", "[" * 100_000 + '"\\u0000"', content_type=JSON),
]

WHOLE = [
    lambda: ask.get("/programs/", {"q": "홍길동 😀", "page": str(2**63)}),
    lambda: ask.get("/programs/%ED%A0%80/?q=%ED%A0%80"),
    lambda: ask.post("/programs/", {"name": "홍길동"}),
    lambda: ask.post("/marks/", json.dumps({"a": "😀"}), content_type=JSON),
    lambda: ask.post("/marks/", r'{"a": "\\u0000"}', content_type=JSON),
    lambda: ask.post("/marks/", "no json", content_type=JSON),
    lambda: ask.delete("/marks/"),
]


@pytest.mark.parametrize("request_of", BROKEN)
def test_text_that_cannot_be_stored_gets_our_page_instead_of_a_view(request_of):
    response = answer_before_view(request_of())

    assert (response.status_code, response.content) == (400, b"our page")


@pytest.mark.parametrize("request_of", WHOLE)
def test_other_text_reaches_the_view(request_of):
    assert answer_before_view(request_of()) is None


def test_a_broken_cookie_is_dropped_and_the_others_stay():
    request = ask.get("/", headers={"cookie": 'sessionid="abc\\000"; theme=dark'})
    assert request.COOKIES["sessionid"] == "abc\x00"

    RefuseBrokenText(lambda _: HttpResponse())(request)

    assert request.COOKIES == {"theme": "dark"}
