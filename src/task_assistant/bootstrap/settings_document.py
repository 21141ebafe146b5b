"""`.env.example` and docs/settings.md, written from the table of settings; a test compares them with the files.

`python -m task_assistant.bootstrap.settings_document` writes both, from the project's root.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

from task_assistant.bootstrap.settings_table import GROUPS, Setting

ENV_EXAMPLE = Path(".env.example")
DOCUMENT = Path("docs/settings.md")

_ENV_HEAD = """\
# Settings of Personal Task Assistant. Copy this file to .env; the environment wins over it, an empty value is unset.
# Unedited it starts a local app on http://127.0.0.1:8000 that admits this machine's browser but no key:
# set TASK_TRACKER_API_KEY below to use the API. A good key or secret comes from
#   python3 -c "import secrets; print(secrets.token_urlsafe(32))"
# docs/settings.md says the same as a table.
"""

_DOCUMENT_HEAD = """\
# Settings

Read from the environment, then from `.env` in the directory where the app starts; the environment wins, and an empty
value counts as unset. Secrets are marked; they are never logged and never shown.

A secret may also stand in a file: `SESSION_SECRET_KEY_FILE=/run/secrets/session` reads it from there (a Docker secret,
a systemd credential, a Secret Manager mount). Every setting marked as secret has such a twin; both at once is refused.

A `PUBLIC_BASE_URL` that is missing or on loopback means **local mode**; any other, or Cloud Run (`K_SERVICE` in the
environment), means **hosted mode**: no automatic sign-in, and the app refuses to start where it would be open to
others; [hosted.md](hosted.md) lists what it refuses. A good key or secret comes from
`python3 -c "import secrets; print(secrets.token_urlsafe(32))"`.
"""


def env_example() -> str:
    """The text of `.env.example`."""
    parts = [_ENV_HEAD]
    for group in GROUPS:
        parts.append(f"# --- {group.title} ---\n")
        parts.extend(_env_lines(setting) for setting in group.settings)
    return "\n".join(parts)


def document() -> str:
    """The text of docs/settings.md."""
    parts = [_DOCUMENT_HEAD]
    for group in GROUPS:
        rows = "".join(_row(setting) for setting in group.settings)
        parts.append(f"## {group.title}\n\n| setting | meaning | when unset |\n| --- | --- | --- |\n{rows}")
    return "\n".join(parts)


def _env_lines(setting: Setting) -> str:
    meaning = textwrap.fill(f"{setting.meaning} Unset: {setting.default}.", 110, break_long_words=False)
    return textwrap.indent(meaning, "# ") + f"\n{setting.name}={setting.example}\n"


def _row(setting: Setting) -> str:
    name = f"`{setting.name}`" + (" (secret)" if setting.secret else "")
    return f"| {name} | {setting.meaning} | {setting.default} |\n"


def main() -> None:
    """Writes both files into the present directory."""
    DOCUMENT.parent.mkdir(exist_ok=True)
    ENV_EXAMPLE.write_text(env_example(), "utf-8")
    DOCUMENT.write_text(document(), "utf-8")


if __name__ == "__main__":
    main()
