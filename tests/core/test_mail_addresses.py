"""Can anything that only looks like our own address pass, and is everything that is ours taken?"""

from __future__ import annotations

import string
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.core.errors import InputError
from kansa.core.mail.addresses import REASONS_JA, mail_address, mail_domain, refusal_of_address, refusal_of_domain

OURS = {"city.example.jp", "school.city.example.jp"}
LONG = "a" * 64

REFUSED = [
    ("", "address_empty"),
    ("taro@city.example.jp\n", "address_control"),
    ("taro@city.example.jp\r\nBcc: x@evil.example", "address_control"),
    ("taro\x00@city.example.jp", "address_control"),
    ("taro@city.example.jp\x7f", "address_control"),
    ("taro\u200b@city.example.jp", "address_control"),  # a space that nobody sees
    ("taro@\u202ecity.example.jp", "address_control"),  # turns the direction of writing
    ("taro @city.example.jp", "address_space"),
    ("taro@city.example.jp evil@evil.example", "address_space"),
    ("taro\u3000@city.example.jp", "address_space"),
    ("taro＠city.example.jp", "address_fullwidth_at"),
    ("taro@evil.example＠city.example.jp", "address_fullwidth_at"),
    ("ｔaro@city.example.jp", "address_fullwidth"),
    ("taro@city．example.jp", "address_fullwidth"),
    ("taro@city。example.jp", "address_fullwidth"),
    ("taro@cіty.example.jp", "domain_lookalike"),  # the Cyrillic i
    ("taro@市.example.jp", "domain_lookalike"),
    ("太郎@city.example.jp", "local_utf8"),
    ("a@city.example.jp@evil.example", "address_many_ats"),
    ("a@evil.example@city.example.jp", "address_many_ats"),
    ("@evil.example:taro@city.example.jp", "address_route"),
    ("@city.example.jp", "local_empty"),
    ('"taro@evil.example"@city.example.jp', "address_quoted"),
    ('"taro"@city.example.jp', "address_quoted"),
    ("taro\\@evil.example@city.example.jp", "address_quoted"),
    ("taro(x)@city.example.jp", "address_comment"),
    ("taro@(x)city.example.jp", "address_comment"),
    ("taro%evil.example@city.example.jp", "address_percent"),
    ("evil.example!taro@city.example.jp", "address_bang"),
    ("city.example.jp!taro", "address_bang"),
    ("<taro@city.example.jp>", "address_special"),
    ("taro@city.example.jp,x", "address_special"),
    ("taro;x@city.example.jp", "address_special"),
    ("group:taro@city.example.jp", "address_special"),
    ("taro@[192.0.2.1]", "domain_literal"),
    ("taro@192.0.2.1", "domain_literal"),
    ("taro@0x7f.0x1", "domain_literal"),
    ("taro", "address_no_at"),
    ("taro@", "domain_empty"),
    ("taro@city.example.jp.", "domain_trailing_dot"),
    ("taro@city..example.jp", "domain_dots"),
    ("taro@.city.example.jp", "domain_dots"),
    ("taro@xn--cty-7na.example.jp", "domain_punycode"),
    ("taro@XN--cty-7na.example.jp", "domain_punycode"),
    ("taro@-city.example.jp", "domain_character"),
    ("taro@city_x.example.jp", "domain_character"),
    ("taro@localhost", "domain_single"),
    (f"taro@{LONG}.jp", "domain_too_long"),
    (f"{LONG}a@city.example.jp", "local_too_long"),
    (f"{LONG}@{'a' * 60}.{'a' * 60}.{'a' * 60}.{'a' * 10}", "address_too_long"),
    (".taro@city.example.jp", "local_dots"),
    ("taro.@city.example.jp", "local_dots"),
    ("ta..ro@city.example.jp", "local_dots"),
    ("-taro@city.example.jp", "local_character"),
    ("ta|ro@city.example.jp", "local_character"),
    ("taro@section.city.example.jp", "subdomain_not_listed"),
    ("taro@notcity.example.jp", "domain_not_ours"),
    ("taro@example.jp", "domain_not_ours"),
    ("taro@city.example.jp.evil.example", "domain_not_ours"),
    ("taro@city-example.jp", "domain_not_ours"),
]


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_what_only_looks_like_ours_is_refused(text: str, code: str) -> None:
    with pytest.raises(InputError) as told:
        mail_address(text, OURS)
    assert [one.code for one in told.value.refusals] == [code]
    assert told.value.refusals[0].reason_ja == REASONS_JA[code]


def test_every_reason_has_its_example() -> None:
    assert {code for _text, code in REFUSED} == set(REASONS_JA)


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("taro@city.example.jp", "taro@city.example.jp"),
        ("Taro.Yamada+kensyu@CITY.Example.JP", "Taro.Yamada+kensyu@city.example.jp"),
        ("t_0-9@school.city.example.jp", "t_0-9@school.city.example.jp"),
    ],
)
def test_what_is_ours_is_taken_with_its_domain_in_small_letters(text: str, taken: str) -> None:
    assert mail_address(text, OURS).text == taken


@given(st.text(st.sampled_from("aZ0.@-_+%!\"'()<>[]:;,\\ \t\r\n\x00＠ａ。іxn") | st.characters(), max_size=40))
def test_whatever_passes_is_plain_and_ours(text: str) -> None:
    for tried in (text, f"{text}@city.example.jp", f"a@{text}", f"a@{text}city.example.jp", f"a{text}@city.example.jp"):
        try:
            passed = mail_address(tried, OURS)
        except InputError:
            continue
        assert passed.domain in OURS
        assert tried.isascii() and tried.isprintable() and " " not in tried
        assert tried.count("@") == 1 and tried.lower() == passed.text.lower()
        # Another reader of addresses sees the same place.
        assert parseaddr(tried)[1].rpartition("@")[2].lower() == passed.domain


LABELS = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=10)


@given(st.lists(LABELS, min_size=2, max_size=4))
def test_a_plain_domain_can_be_verified_and_is_then_ours_alone(labels: list[str]) -> None:
    name = ".".join([*labels[:-1], f"{labels[-1]}jp"])
    if name.startswith("xn--"):
        return
    assert mail_domain(name.upper()) == name
    assert mail_address(f"a@{name}", {name}).domain == name
    assert refusal_of_domain(name) == refusal_of_address(f"a@{name}") == ""
    with pytest.raises(InputError):
        mail_address(f"a@x{name}", {name})
