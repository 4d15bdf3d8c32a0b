"""What is installed, which device and models there are, and what a corpus would cost in time."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch
import yaml
from huggingface_hub import try_to_load_from_cache

from stance.config import StanceConfig
from stance.corpus import Corpus
from stance.errors import OutputError, StanceError
from stance.nli.compact import read_compact
from stance.nli.load import EMBEDDED
from stance.provenance import package_version
from stance.resources import CONFIGS, cache_folder
from stance.run import load_corpus, load_model, score, units_of
from stance.scoring import Scorer

_CORE = ("torch", "transformers", "tokenizers", "datasets", "evaluate", "hydra-core", "pandas")
_EXTRAS = {"onnx": ("onnx", "onnxruntime")}
# Paragraphs scored to see how fast it goes: a few seconds on a laptop.
_TIMED = 24


@dataclass(frozen=True)
class Finding:
    """One line of the examination; ``mend`` is what to do about it, empty where all is well."""

    part: str
    subject: str
    found: str
    mend: str = ""


def examine(config: StanceConfig) -> list[Finding]:
    """Look at the installation, the devices, the models, and the configured corpus.

    Nothing is fetched, and nothing is kept in the score store. What goes wrong is a finding.
    """
    return [*_installation(), *_devices(), *_models(), *_corpus(config)]


def _installation() -> Iterator[Finding]:
    yield Finding("installed", "stance", package_version())
    yield Finding("installed", "python", platform.python_version())
    for name in _CORE:
        yield Finding("installed", name, _version(name) or "missing")
    for extra, names in _EXTRAS.items():
        missing = [name for name in names if not _version(name)]
        found = ", ".join(f"{name} {_version(name)}" for name in names if name not in missing)
        mend = f"for backend=onnx: pip install 'stance[{extra}]'" if missing else ""
        yield Finding("installed", f"extra {extra}", found or "not installed", mend)
    cache = cache_folder()
    place = next(path for path in (cache, *cache.parents) if path.exists())
    usable = os.access(place, os.W_OK)
    mend = "" if usable else "set engine.store or STANCE_CACHE to a folder that can be written"
    yield Finding(
        "installed", "score store", f"{cache} ({'usable' if usable else 'not writable'})", mend
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _devices() -> Iterator[Finding]:
    yield Finding(
        "device", "cpu", f"{os.cpu_count()} cores, {torch.get_num_threads()} threads of torch"
    )
    if not torch.cuda.is_available():
        yield Finding("device", "cuda", "none that torch sees; model.device=auto takes the cpu")
    for number in range(torch.cuda.device_count()):
        about = torch.cuda.get_device_properties(number)
        gib = about.total_memory / 2**30
        yield Finding("device", f"cuda:{number}", f"{about.name}, {gib:.0f} GiB")


def _models() -> Iterator[Finding]:
    """The embedded model, and for the other choices of ``model=`` whether they are here already."""
    _, _, info = read_compact(EMBEDDED)
    described = f"revision {info.get('revision', '?')}, licence {info.get('license', '?')}, offline"
    yield Finding("model", "embedded", described)
    for path in sorted((CONFIGS / "model").glob("*.yaml")):
        choice: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
        if choice["id"] == "embedded":
            continue
        here = isinstance(try_to_load_from_cache(choice["id"], "config.json"), str)
        found = f"{choice['id']}, {'in the local cache' if here else 'not fetched yet'}"
        mend = "" if here else f"needs the network once: stance model={path.stem} …"
        yield Finding("model", path.stem, found, mend)


def _corpus(config: StanceConfig) -> Iterator[Finding]:
    try:
        corpus = load_corpus(config)
        said = f"{len(corpus)} documents, {corpus.n_paragraphs} paragraphs"
        refused = len(corpus.quarantine)
        mend = f"{refused} refused, reasons in quarantine.jsonl of a run" if refused else ""
        yield Finding("corpus", config.corpus.path, said, mend)
        yield _cost(config, corpus)
    except StanceError as error:
        yield Finding("corpus", config.corpus.path, "cannot be scored", str(error))


def _cost(config: StanceConfig, corpus: Corpus) -> Finding:
    """Time for all paragraphs, from that of a few that are spread evenly over them."""
    model = load_model(config)
    units = units_of(config, corpus, model)
    # Shortest to longest, so that the few have the lengths of all.
    units.sort(key=lambda unit: len(unit.paragraph.text))
    few = units[:: max(1, len(units) // _TIMED)]
    for part in (few[:1], few):  # the first call of a network is slower than any other
        with Scorer(model, None, progress=False) as scorer:
            start = time.perf_counter()
            score(config, part, model, scorer)
            taken = time.perf_counter() - start
    seconds = taken * len(units) / len(few)
    ran = model.identity
    return Finding(
        "corpus",
        f"method={config.method.name}, frames={config.frames.name}",
        f"about {spell_seconds(seconds)} to score on {ran.device} ({ran.backend}, {ran.dtype}), "
        f"from {len(few)} paragraphs with {scorer.counts.scored} pairs; less where scores are kept",
    )


def spell_seconds(seconds: float) -> str:
    """A duration in the unit that suits it."""
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} seconds"


def as_text(findings: Sequence[Finding]) -> str:
    """The findings for a terminal; what needs mending is said below its line."""
    width = max(len(finding.subject) for finding in findings)
    lines: list[str] = []
    part = ""
    for finding in findings:
        if finding.part != part:
            part = finding.part
            lines.append(f"{part}:")
        lines.append(f"  {finding.subject:<{width}}  {finding.found}")
        if finding.mend:
            lines.append(f"  {'':<{width}}  -> {finding.mend}")
    return "\n".join(lines) + "\n"


def write_findings(findings: Sequence[Finding], folder: Path) -> Path:
    """Write ``doctor.json``; return its path.

    Raises:
        OutputError: If it cannot be written.
    """
    path = folder / "doctor.json"
    rows = [asdict(finding) for finding in findings]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error
    return path
