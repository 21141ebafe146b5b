"""Opening: nothing is guessed, and what is missing is said in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from google.auth.exceptions import DefaultCredentialsError
from google.cloud import firestore

from task_assistant.bootstrap.settings import SettingsRefused, load_settings
from task_assistant.bootstrap.wiring import make_store
from task_assistant.ports.store import StoreUnavailable
from task_assistant.stores.firestore import FirestoreStore, gateway
from task_assistant.stores.firestore.batch import Batch
from task_assistant.stores.firestore.feed import HEAD
from task_assistant.stores.firestore.opening import LAYOUT
from task_assistant.stores.firestore.stock import META
from tests.stores.firestore_only.emulator import project


def test_without_a_project_the_app_does_not_start() -> None:
    settings = load_settings({"TASK_STORE": "firestore"}, env_file=None)
    with pytest.raises(SettingsRefused, match="GOOGLE_CLOUD_PROJECT"):
        make_store(settings)


async def test_the_settings_name_project_and_database(tmp_path: Path) -> None:
    named = {
        "TASK_STORE": "firestore",
        "GOOGLE_CLOUD_PROJECT": project(tmp_path),
        "FIRESTORE_DATABASE": "board",
    }
    store = make_store(load_settings(named, env_file=None))
    await store.open()
    await store.check()
    await store.close()


async def test_a_look_begins_no_database(tmp_path: Path) -> None:
    store = FirestoreStore(project(tmp_path))
    for _ in range(2):
        assert "the first start begins the database" in (await store.outlook() or "")
    await store.open()
    await store.close()
    assert await store.outlook() is None


async def test_without_credentials_opening_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise DefaultCredentialsError("none found")  # type: ignore[no-untyped-call]  # the library has no types

    monkeypatch.setattr(firestore, "AsyncClient", refuse)
    with pytest.raises(StoreUnavailable, match="FIRESTORE_EMULATOR_HOST"):
        await FirestoreStore("some-project").open()


async def test_a_database_that_does_not_answer_is_given_up_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:9")
    monkeypatch.setattr(gateway, "READ_SECONDS", 0.5)
    with pytest.raises(StoreUnavailable, match="does not answer"):
        await FirestoreStore("some-project").open()


@pytest.mark.parametrize(("layout", "said"), [(LAYOUT + 1, "newer"), (LAYOUT - 1, "older")])
async def test_a_database_of_another_version_is_left_alone(
    store: FirestoreStore, tmp_path: Path, layout: int, said: str
) -> None:
    batch = Batch()
    batch.put(META, HEAD, {"seq": 0, "beat": 0, "layout": layout})
    await store._gateway.commit(batch)
    for look in (FirestoreStore(project(tmp_path)).open, FirestoreStore(project(tmp_path)).outlook):
        with pytest.raises(StoreUnavailable, match=said):
            await look()
