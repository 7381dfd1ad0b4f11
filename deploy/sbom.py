"""Write the bill of materials, ``deploy/sbom.json``: all that a served copy is made of, with licences and the weights.

``make sbom`` runs it. cyclonedx-py reads what is installed; this keeps what the locks name for Linux, so that tools of
development stay out, drops addresses and whatever would differ from one run to the next, and adds the weights.
``--licences`` prints what is not permissive instead.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from retrieval.weights import EXPECTED, PACKAGE

REPO = Path(__file__).resolve().parent.parent
SBOM = REPO / "deploy" / "sbom.json"
LOCKS = {"required": REPO / "requirements" / "run.lock", "optional": REPO / "requirements" / "replicas.lock"}
LINUX = {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64", "os_name": "posix"}
LINUX |= {"python_version": "3.11", "python_full_version": "3.11.15"}
WITHOUT_HASH = {"torch": "2.13.0"}  # installed by its exact version, see pyproject.toml
# Their metadata names a licence by no identifier; these were read in the packages' own licence files.
LICENCES_READ = {"overrides": "Apache-2.0", "protobuf": "BSD-3-Clause", "tiktoken": "MIT", "transformers": "Apache-2.0"}
# Addresses, and which extras of it others ask for that happen to be installed.
_DIFFERS = {"externalReferences", "properties"}
PERMISSIVE = re.compile(
    r"MIT(-0|-CMU)?|Apache-2\.0( WITH LLVM-exception)?|BSD-[23]-Clause|0BSD|BSL-1\.0|ISC|Zlib|CC0-1\.0|PSF-2\.0|"
    r"Python-2\.0|CNRI-Python|"
    r"License :: OSI Approved :: (Apache Software License|BSD License|Academic Free License \(AFL\))"
)

Component = dict[str, Any]


def pins(lock: Path) -> dict[str, str]:
    """The version that a lock names of each package, on Linux."""
    lines = (line.rstrip(" \\") for line in lock.read_text("utf-8").splitlines() if line[:1].isalnum())
    wanted = [Requirement(line) for line in lines]
    return {
        canonicalize_name(one.name): str(one.specifier).removeprefix("==")
        for one in wanted
        if one.marker is None or one.marker.evaluate(LINUX)
    }


def served() -> dict[str, tuple[str, str]]:
    """Version and scope of each package of a served copy."""
    optional = {name: (version, "optional") for name, version in pins(LOCKS["optional"]).items()}
    required = WITHOUT_HASH | pins(LOCKS["required"])
    return optional | {name: (version, "required") for name, version in required.items()}


def licences(component: Component) -> list[str]:
    """What binds together; alternatives stay in one text."""
    found = [
        entry.get("expression") or entry["license"].get("id") or entry["license"]["name"]
        for entry in component["licenses"]
    ]
    return [
        part
        for text in found
        for part in ([text] if text.startswith("License ::") else re.split(r" AND |[()]", text))
        if part
    ]


def not_permissive(bom: Component) -> Iterator[tuple[str, str]]:
    """Each package with a licence that asks for more than a notice; of alternatives, one that does not is enough."""
    for component in bom["components"]:
        for licence in licences(component):
            if not any(PERMISSIVE.fullmatch(choice.strip()) for choice in licence.split(" OR ")):
                yield component["name"], licence


def bill() -> Component:
    """Raises SystemExit where what is installed is not what the locks name."""
    tool = Path(sys.prefix) / "sbom" / "bin" / "cyclonedx-py"  # see the Makefile
    command = [str(tool), "environment", "--output-reproducible", "--pyproject"]
    done = subprocess.run([*command, str(REPO / "pyproject.toml"), sys.executable], capture_output=True, check=True)
    bom: Component = json.loads(done.stdout)
    wanted = served()
    kept = [c for c in bom["components"] if canonicalize_name(c["name"]) in wanted]
    installed = {canonicalize_name(c["name"]): c["version"].partition("+")[0] for c in kept}
    if other := [name for name, (version, _) in wanted.items() if installed.get(name) != version]:
        raise SystemExit(
            f"Installed in another version than locked, or not at all: {', '.join(other)}. Run `make test`."
        )
    components = [_component(c, wanted[canonicalize_name(c["name"])][1]) for c in kept] + [_weights()]
    references = {c["bom-ref"] for c in kept} | {"root-component"}
    bom["dependencies"] = [
        {"ref": entry["ref"], "dependsOn": sorted(references.intersection(entry.get("dependsOn", ())))}
        for entry in bom["dependencies"]
        if entry["ref"] in references
    ]
    bom["components"] = sorted(components, key=lambda c: c["name"].lower())
    bom["metadata"].pop("tools")
    return bom


def _component(component: Component, scope: str) -> Component:
    read = LICENCES_READ.get(canonicalize_name(component["name"]))
    found = component.get("licenses") or [{"license": {"id": read, "acknowledgement": "concluded"}}]
    kept = {k: v for k, v in component.items() if k not in _DIFFERS}
    return kept | {"scope": scope, "licenses": found}


def _weights() -> Component:
    """The package says MIT and the model's own card Apache-2.0, which is the licence of whoever made it."""
    return {
        "bom-ref": "weights",
        "type": "machine-learning-model",
        "name": "all-MiniLM-L6-v2",
        "description": f"The encoder's weights, a file of the package {PACKAGE.replace('_', '-')}",
        "hashes": [{"alg": "SHA-256", "content": EXPECTED["model.safetensors"]}],
        "licenses": [{"license": {"id": "Apache-2.0", "acknowledgement": "concluded"}}],
        "scope": "required",
    }


def main() -> None:
    bom = bill()
    if "--licences" in sys.argv:
        print("\n".join(f"{name}: {licence}" for name, licence in not_permissive(bom)))
        return
    SBOM.write_text(json.dumps(bom, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    print(f"{len(bom['components'])} components in {SBOM.relative_to(REPO)}")


if __name__ == "__main__":
    main()
