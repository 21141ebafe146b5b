"""Files are kept by browsers for good, because their address changes with their contents."""

from __future__ import annotations

import pytest

from task_assistant.web.static_files import StaticFiles
from tests.web.doorstep import STATIC, TYPED, Doorstep


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("app.css", "text/css; charset=utf-8"),
        ("zone.js", "text/javascript; charset=utf-8"),
        ("mark.svg", "image/svg+xml"),
        ("swagger/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
    ],
)
async def test_a_file_says_what_it_is_and_may_be_kept_for_a_year(name: str, kind: str) -> None:
    async with Doorstep().client() as browser:
        answer = await browser.get(STATIC.url(name))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_a_changed_file_has_another_address() -> None:
    before, after = StaticFiles({"app.css": b"a"}), StaticFiles({"app.css": b"b"})
    assert before.url("app.css") != after.url("app.css")
    assert before.url("app.css") == StaticFiles({"app.css": b"a"}).url("app.css")


def test_a_page_cannot_name_a_file_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        STATIC.url("missing.css")


def test_a_kind_of_file_without_a_type_is_found_at_start() -> None:
    with pytest.raises(ValueError, match=r"font\.woff2"):
        StaticFiles({"font.woff2": b""})


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/app.css",
        "/static/0000000000000000/app.css",
        STATIC.url("app.css") + "/",
        STATIC.url("app.css") + "/../static_files.py",
        "/static/../static_files.py",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static/..%2f..%2fetc%2fpasswd",
    ],
)
async def test_nothing_else_is_served(path: str) -> None:
    async with Doorstep().client() as browser:
        assert (await browser.get(path, headers=TYPED)).status_code == 404
