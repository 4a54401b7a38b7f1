import pytest
from django.core.exceptions import BadRequest
from django.test import RequestFactory

from core.http import client_ip, whole_number


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (0, "10.1.2.3", "127.0.0.1"),
        (1, "10.1.2.3", "10.1.2.3"),
        (1, "6.6.6.6, 10.1.2.3", "10.1.2.3"),
        (2, "10.1.2.3, 192.168.0.9", "10.1.2.3"),
        (2, "10.1.2.3", "127.0.0.1"),
        (1, "no address", None),
        (1, "", "127.0.0.1"),
    ],
)
def test_only_trusted_proxies_say_who_asks(settings, proxies, forwarded, found):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies

    assert client_ip(RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})) == found


@pytest.mark.parametrize("text", ["-1", "1.5", "９", "9" * 16, "x", ""])
def test_a_number_in_an_address_that_is_none_is_refused(text):
    with pytest.raises(BadRequest):
        whole_number(text)


def test_a_number_that_is_left_out_may_have_a_default():
    assert (whole_number(None, default=1), whole_number("7", default=1)) == (1, 7)
