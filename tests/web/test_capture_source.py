"""A file or e-mail as a source: whose it is, what it says, and a title word for word."""

from __future__ import annotations

import pytest

from task_assistant.domain import limits
from task_assistant.web.capture_source import looks_like_email, read_source

PLAIN = (
    "From: Alice Berger <alice@example.com>\nTo: me@example.com\nSubject: Numbers !1 @agent tomorrow\n\n"
    "Hi,\nplease send them.\n"
)
QUOTED = (
    "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nFrom: =?utf-8?b?SsO8cmdlbg==?= <j@example.com>\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    "Sch=C3=B6ne Gr=\r\n=C3=BC=C3=9Fe\r\n"
)
HTML = (
    "From: shop@example.com\nSubject: Order\nContent-Type: text/html; charset=utf-8\n\n"
    "<html><head><title>x</title><style>p{}</style></head><body>"
    "<p>Your  order</p><p>is <b>late</b>.</p><script>alert(1)</script></body></html>"
)
TWO_PARTS = (
    'From: a@example.com\nSubject: Both\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b"\n\n'
    "--b\nContent-Type: text/plain\n\nplain words\n--b\nContent-Type: text/html\n\n<p>html words</p>\n--b--\n"
)


@pytest.mark.parametrize(
    ("text", "name", "title", "says"),
    [
        (PLAIN, "E-mail from Alice Berger", "Numbers !1 @agent tomorrow", "Hi,\nplease send them."),
        (QUOTED, "E-mail from Jürgen", "Grüße", "Schöne Grüße"),
        (HTML, "E-mail from shop@example.com", "Order", "Your order\nis late."),
        (TWO_PARTS, "E-mail from a@example.com", "Both", "plain words"),
        ("Subject: Only\nDate: today\n\n", "E-mail", "Only", ""),
    ],
)
def test_an_email_says_who_wrote_what_about_what(text: str, name: str, title: str, says: str) -> None:
    found = read_source("mail.eml", text)
    assert (found.name, found.title, found.context, found.origin) == (name, title, says, "email")


def test_a_file_keeps_its_name_and_text() -> None:
    found = read_source("minutes.md", "# Minutes\n\n- Book a room\n")
    assert (found.name, found.title, found.context, found.origin) == (
        "minutes.md",
        "minutes",
        "# Minutes\n\n- Book a room",
        "",
    )


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (PLAIN, True),
        ("\n\nFrom: a\nSent: today\nTo: b\nSubject: c\n\nbody", True),
        ("Subject: only one", False),
        ("To: me\nDate: today\n", False),
        ("Buy milk\nFrom: a\nSubject: b\n", False),
        ("http: //x\nnote: y", False),
        ("", False),
    ],
)
def test_only_what_begins_like_an_email_is_taken_for_one(text: str, is_one: bool) -> None:
    assert looks_like_email(text) is is_one


@pytest.mark.parametrize(
    "text",
    [
        "From: a\nSubject: b\nContent-Type: text/plain; charset=no-such\n\nbody",
        "From: a\nSubject: b\nContent-Type: multipart/mixed\n\nbody",
        "From: a\nSubject: b\nContent-Transfer-Encoding: base64\n\n!!! not base64 !!!",
        'From: "a\nSubject: =?utf-8?q?=ZZ?=\nContent-Type: ;;;\n\nbody',
        "From: \ud800\nSubject: b\0\n\nbody \udfff",
        "From: a\nSubject: " + "x" * 100_000,
        "From: a\nSubject: b\nContent-Type: text/html\n\n" + "<div>" * 5_000,
    ],
)
def test_what_is_broken_is_read_as_far_as_it_goes(text: str) -> None:
    found = read_source("", text)
    found.context.encode()
    found.title.encode()
    assert "\0" not in found.title + found.context
    assert found.name.startswith("E-mail")
    assert len(found.title) <= limits.TITLE


def test_a_text_that_is_too_long_is_cut_and_says_so() -> None:
    found = read_source("log.txt", "x" * 60_000)
    assert (len(found.context), found.length, found.cut) == (limits.SOURCE_CONTEXT, 60_000, True)
