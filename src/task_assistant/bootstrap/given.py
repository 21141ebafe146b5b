"""What was given for each setting: by the environment, by a file that `NAME_FILE` names, or by `.env`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from task_assistant.bootstrap.env_file import EnvFileBroken, read_env_file
from task_assistant.bootstrap.refusal import SettingsRefused
from task_assistant.bootstrap.settings_table import SETTINGS

FROM_THE_PLATFORM: Final = ("K_SERVICE", "XDG_DATA_HOME", "LOCALAPPDATA")
FILE: Final = "_FILE"
KNOWN: Final = frozenset(setting.name for setting in SETTINGS)
SECRETS: Final = tuple(setting.name for setting in SETTINGS if setting.secret)
FILED: Final = frozenset(name + FILE for name in SECRETS)
LONGEST_SECRET: Final = 65_536  # bytes; more is no secret but a wrong path


def given_settings(environ: Mapping[str, str], env_file: Path | None) -> dict[str, str]:
    """The values by name, none of them empty. The environment wins over `.env`, whichever form either uses.

    Raises:
        SettingsRefused: `.env` or the file of a secret cannot be read, or a secret is given in both forms.
    """
    try:
        filed = read_env_file(env_file) if env_file else {}
    except EnvFileBroken as error:
        raise SettingsRefused(f"{env_file}: {error}.") from error
    merged = _present(filed, KNOWN | FILED)
    above = _present(environ, KNOWN | FILED | {*FROM_THE_PLATFORM})
    for name in SECRETS:
        if {name, name + FILE} & above.keys():
            merged.pop(name, None)
            merged.pop(name + FILE, None)
    return _with_files(merged | above)


def _present(source: Mapping[str, str], names: frozenset[str] | set[str]) -> dict[str, str]:
    return {name: text for name in names if (text := source.get(name, "").strip())}


def _with_files(given: dict[str, str]) -> dict[str, str]:
    """As given, with the contents of the files that hold secrets."""
    for name in SECRETS:
        path = given.pop(name + FILE, None)
        if path is None:
            continue
        if name in given:
            raise SettingsRefused(f"{name} and {name}{FILE} are both set: keep one of them.")
        given[name] = _secret_in(name + FILE, Path(path))
    return given


def _secret_in(setting: str, path: Path) -> str:
    try:
        with path.open("rb") as opened:
            text = opened.read(LONGEST_SECRET + 1).decode()
    except OSError as error:
        raise SettingsRefused(f"{setting}: {path} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise SettingsRefused(f"{setting}: {path} is not UTF-8 text.") from error
    if not text.strip() or len(text) > LONGEST_SECRET:
        raise SettingsRefused(f"{setting}: {path} is empty or far too long for a secret.")
    return text.strip()
