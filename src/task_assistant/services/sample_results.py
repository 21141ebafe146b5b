"""What the agents of the sample tasks asked and handed back."""

from __future__ import annotations

from typing import Any

NOTES_QUESTION: dict[str, Any] = {
    "question": "Which version number should the notes carry?", "kind": "decision",
    "options": ("1.0", "0.9"), "recommendation": "1.0",
}  # fmt: skip

ACME_FIRST: dict[str, Any] = {
    "summary": "A reply is drafted.",
    "artifacts": (
        {"name": "draft.md", "type": "text/markdown", "text": "Hi Sam,\n\nwe will look into it.\n"},
    ),
}
ACME_FEEDBACK = "Say which option we take, and by when. A table of the open points would help."
ACME: dict[str, Any] = {
    "summary": "Five open points found in the thread; the reply takes the second option.",
    "not_done": "The price table: its numbers are in a locked sheet.",
    "links": ("https://mail.example.com/threads/acme-renewal",),
    "artifacts": (
        {"name": "draft.md", "type": "text/markdown",
         "text": "Hi Sam,\n\nthanks for the summary of the open points.\n\nWe take the **second option** and can have "
                 "it done by the end of May. The price table follows on Monday.\n\n- Alex\n"},
        {"name": "open-points.csv", "type": "text/csv",
         "text": "point,who,by\nrenewal term,Acme,12 May\nprice table,we,8 May\ndata export,we,20 May\n"
                 "support hours,Acme,12 May\nnotice period,both,15 May\n"},
    ),
    "usage": {"input_tokens": 18_400, "output_tokens": 2_150, "cost": "0.11", "currency": "USD"},
}  # fmt: skip

_DIFF = """\
--- a/fusefs/mount.py
+++ b/fusefs/mount.py
@@ -41,9 +41,14 @@ class Mount:
     path: Path
     readonly: bool = False
+    auto_unmount: bool = True
\x20
     def options(self) -> list[str]:
-        return ["ro"] if self.readonly else []
+        options = ["ro"] if self.readonly else []
+        if self.auto_unmount:
+            options.append("auto_unmount")
+        return options
\x20
     def open(self) -> None:
         run("fusermount", "-o", ",".join(self.options()), str(self.path))
--- a/tests/test_mount.py
+++ b/tests/test_mount.py
@@ -12,3 +12,7 @@
 def test_a_mount_is_writable_unless_asked() -> None:
     assert "ro" not in Mount(HERE).options()
+
+
+def test_a_mount_goes_away_with_its_process_unless_asked() -> None:
+    assert "auto_unmount" in Mount(HERE).options()
"""
MOUNTS: dict[str, Any] = {
    "summary": "Mounts take auto_unmount, on by default; fusermount then cleans up after a crash.",
    "evidence": "214 passed, 2 skipped in 38 s",
    "refs": ("fusefs@auto-unmount",),
    "artifacts": ({"name": "change.diff", "type": "text/x-diff", "text": _DIFF},),
    "usage": {"input_tokens": 41_200, "output_tokens": 6_300, "cost": "0.24", "currency": "USD"},
}
