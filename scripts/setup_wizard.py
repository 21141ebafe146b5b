"""Sets Personal Task Assistant up and starts it: `python3 scripts/setup_wizard.py` (`--help` lists the choices).

Needs Python 3.11 and nothing else. Safe to run again: it keeps `.env` and the data and brings the rest up to date.
"""

import os
import sys

# An old Python must be able to read this file to say so: no newer syntax here, the wizard itself is in first_run/.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        "Personal Task Assistant needs Python 3.11 or newer, and this is Python %d.%d: "  # noqa: UP031
        "install a newer one and run this again with it." % sys.version_info[:2]
    )

if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120
    from scripts.first_run.wizard import main

    sys.exit(main(sys.argv[1:]))
