"""Makes the development environment and runs the checks: `python3 scripts/run_tests.py` (`--list` names them).

Needs Python 3.11 and nothing else. People, git hooks and CI run the same list, which stands in checks/table.py.
"""

import os
import sys

# An old Python must be able to read this file to say so: no newer syntax here, the rest is in checks/.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        "Personal Task Assistant needs Python 3.11 or newer, and this is Python %d.%d: "  # noqa: UP031
        "install a newer one and run this again with it." % sys.version_info[:2]
    )

if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120
    from scripts.checks.runner import main

    sys.exit(main(sys.argv[1:]))
