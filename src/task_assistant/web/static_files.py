"""Style sheets, scripts and pictures, read once at start and served under an address that names their contents.

The address is /static/<digest of all files>/<name>: browsers may keep them for a year, a new release is a new address,
and files that name each other relatively (modules, fonts) need no rewriting.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PREFIX = "/static"
FOREVER = "public, max-age=31536000, immutable"
# By name, not by the machine's registry of types, which differs between systems.
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
# What other packages carry for us; the name that we serve it under, the package, the file in it.
CARRIED = (
    ("htmx.js", "js_lib_htmx", "static/htmx/htmx.min.js"),
    ("swagger/swagger-ui.css", "fastapi_swagger.resources", "swagger-ui.css"),
    ("swagger/swagger-ui-bundle.js", "fastapi_swagger.resources", "swagger-ui-bundle.js"),
)


def takes_gzip(request: Request) -> bool:
    """True if the browser asks for it by name; `gzip;q=0` and `*` are not worth reading."""
    wanted = request.headers.get("accept-encoding", "")
    return any(coding.strip() == "gzip" for coding in wanted.split(","))


class StaticFiles:
    """All files by name, with the address of each. Raises ValueError for a kind of file that has no type here."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        unknown = sorted(name for name in files if name[name.rfind(".") :] not in TYPES)
        if unknown:
            raise ValueError(f"no content type is known for {unknown}; add it to TYPES")
        self._files = dict(files)
        self._packed: dict[str, bytes] = {}
        digest = hashlib.sha256()
        for name, content in sorted(files.items()):
            digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
        self.release = digest.hexdigest()[:16]
        self._base = f"{PREFIX}/{self.release}"

    @classmethod
    @cache
    def installed(cls) -> StaticFiles:
        """Those of this package and those that other packages carry for it."""
        own = resources.files("task_assistant.web") / "static"
        files = {entry.name: entry.read_bytes() for entry in own.iterdir() if entry.is_file()}
        for name, package, file in CARRIED:
            files[name] = (resources.files(package) / file).read_bytes()
        return cls(files)

    def url(self, name: str) -> str:
        """The address of a file. Raises KeyError for one that does not exist, so that no page has a dead link."""
        if name not in self._files:
            raise KeyError(name)
        return f"{self._base}/{name}"

    async def serve(self, request: Request) -> Response:
        """One file, to be kept for good; any other address is 404, a former release's too."""
        name = request.url.path.removeprefix(f"{self._base}/")
        content = self._files.get(name)
        if content is None:
            raise HTTPException(404)
        kind = TYPES[name[name.rfind(".") :]]
        headers = {"content-type": kind, "cache-control": FOREVER, "vary": "Accept-Encoding"}
        if takes_gzip(request):
            content = self._pack(name)
            headers["content-encoding"] = "gzip"
        return Response(content, headers=headers)

    def _pack(self, name: str) -> bytes:
        """The file compressed, once a process; two that ask at the same time do the same work twice."""
        if name not in self._packed:
            self._packed[name] = gzip.compress(self._files[name], mtime=0)
        return self._packed[name]

    def content(self, name: str) -> bytes:
        """A file itself. Raises KeyError for one that does not exist."""
        return self._files[name]

    def named(self, *kinds: str) -> list[str]:
        """The addresses of files whose names end so, in order of name; what lies in a folder is not among them."""
        return [self.url(name) for name in sorted(self._files) if name.endswith(kinds) and "/" not in name]

    def route(self) -> Route:
        """GET and HEAD for everything under /static/."""
        return Route(PREFIX + "/{path:path}", self.serve, methods=["GET"], name="static")
