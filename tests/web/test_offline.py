"""The app can be installed, and what a service worker keeps holds nothing of the person's."""

from __future__ import annotations

import json

from tests.factories import task
from tests.web.doorstep import STATIC, Doorstep


async def test_the_manifest_names_icons_that_there_are() -> None:
    async with Doorstep(auto=False).client() as browser:
        answer = await browser.get("/manifest.webmanifest")
        assert answer.headers["content-type"] == "application/manifest+json"
        for icon in answer.json()["icons"]:
            assert (await browser.get(icon["src"])).headers["content-type"] == icon["type"]
    assert "manifest-src 'self'" in answer.headers["content-security-policy"]


async def test_the_service_worker_keeps_files_that_there_are_and_no_page_with_data() -> None:
    doorstep = Doorstep(auto=False)
    await doorstep.put(task("my secret plan"))
    async with doorstep.client() as browser:
        script = await browser.get("/sw.js")
        assert script.headers["content-type"].startswith("text/javascript")
        assert script.headers["cache-control"] == "no-cache"
        told = json.loads(script.text.splitlines()[0].removeprefix("const APP = ").removesuffix(";"))
        assert told["release"] == STATIC.release
        for path in told["keep"]:
            answer = await browser.get(path)
            assert answer.status_code == 200, path
            assert "my secret plan" not in answer.text
        assert told["page"] in told["keep"]


async def test_the_page_without_a_server_keeps_captures() -> None:
    async with Doorstep(auto=False).client() as browser:
        html = (await browser.get("/offline")).text
    assert "The server does not answer" in html
    assert '<form id="capture-later" method="post" action="/do/capture">' in html
