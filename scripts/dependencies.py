"""List what an installation of the core brings along, with licences; look for known holes.

python scripts/dependencies.py            # the table
python scripts/dependencies.py --audit    # and pip-audit, which needs its database on the net
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections import Counter
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

_SHORT = re.compile(r"\s*\(.*?\)|\s+License\b|, Version|Software")


def core(name: str = "stance") -> dict[str, Distribution]:
    """Every installed distribution that the core needs, by name; extras are left out."""
    found: dict[str, Distribution] = {}
    waiting = [Requirement(name)]
    while waiting:
        wanted = waiting.pop()
        key = wanted.name.lower().replace("_", "-")
        try:
            there = distribution(wanted.name)
        except PackageNotFoundError:
            continue  # for another platform
        extras = wanted.extras or {""}
        for line in there.requires or []:
            part = Requirement(line)
            needed = part.marker is None or any(part.marker.evaluate({"extra": e}) for e in extras)
            if needed and part.name.lower().replace("_", "-") not in found:
                waiting.append(part)
        found[key] = there
    found.pop(name, None)
    return dict(sorted(found.items()))


def licence(package: Distribution) -> str:
    """In the package's own words, the most exact of those that it has."""
    about = package.metadata
    classified = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier") or []
        if line.startswith("License :: OSI Approved ::")
    ]
    words = about.get("License-Expression") or ", ".join(classified) or about.get("License") or "?"
    return _SHORT.sub("", words.splitlines()[0]).strip()[:60]


def audit(packages: dict[str, Distribution]) -> str:
    """What pip-audit says of exactly these packages."""
    pins = "".join(f"{p.metadata['Name']}=={p.version.split('+')[0]}\n" for p in packages.values())
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "pins.txt"
        listed.write_text(pins, "utf-8")
        ran = subprocess.run(
            [sys.executable, "-m", "pip_audit", "-r", str(listed), "--no-deps", "--disable-pip",
             "--progress-spinner", "off"],
            capture_output=True, text=True,
        )  # fmt: skip
    return f"{ran.stdout}\n{ran.stderr}".strip()


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--audit", action="store_true")
    given = parser.parse_args()
    packages = core()
    print("| package | version | licence |\n|---|---|---|")
    for name, package in packages.items():
        print(f"| {name} | {package.version} | {licence(package)} |")
    print(f"\n{len(packages)} packages")
    for words, n in Counter(map(licence, packages.values())).most_common():
        print(f"{n:4d}  {words}")
    if given.audit:
        print(f"\n{audit(packages)}")


if __name__ == "__main__":
    main()
