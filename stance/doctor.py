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
from stance.engine import store_folder
from stance.errors import OutputError, StanceError
from stance.estimates import score, units_of
from stance.nli.compact import CONFIG, WEIGHTS
from stance.nli.load import EMBEDDED
from stance.provenance import package_version
from stance.resources import CONFIGS
from stance.run import check_settings, load_corpus, load_model
from stance.scoring import Scorer

_CORE = ("torch", "transformers", "tokenizers", "datasets", "evaluate", "hydra-core", "pandas")
# Extra → its packages, and what it is for.
_EXTRAS = {
    "onnx": (("onnx", "onnxruntime"), "backend=onnx"),
    "ray": (("ray",), "engine=ray"),
    "slurm": (("hydra-submitit-launcher",), "hydra/launcher=slurm"),
}
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

    No model is fetched, and nothing is kept in the score store. What goes wrong is a finding.
    """
    if config.engine.threads:
        torch.set_num_threads(config.engine.threads)
    return [*_installation(config), *_devices(), *_models(), *_corpus(config)]


def _installation(config: StanceConfig) -> Iterator[Finding]:
    yield Finding("installed", "stance", package_version())
    yield Finding("installed", "python", platform.python_version())
    for name in _CORE:
        yield Finding("installed", name, _version(name) or "missing")
    for extra, (names, use) in _EXTRAS.items():
        missing = [name for name in names if not _version(name)]
        found = ", ".join(f"{name} {_version(name)}" for name in names if name not in missing)
        mend = f"for {use}: pip install 'stance[{extra}]'" if missing else ""
        yield Finding("installed", f"extra {extra}", found or "not installed", mend)
    store = store_folder(config.engine)
    if store is None:
        yield Finding("installed", "score store", "off: nothing scored is kept")
        return
    place = next(path for path in (store, *store.absolute().parents) if path.exists())
    usable = os.access(place, os.W_OK)
    mend = "" if usable else "set engine.store or STANCE_CACHE to a folder that can be written"
    yield Finding(
        "installed", "score store", f"{store} ({'usable' if usable else 'not writable'})", mend
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
    try:
        info = json.loads((EMBEDDED / CONFIG).read_text("utf-8"))
        size = (EMBEDDED / WEIGHTS).stat().st_size / 1e6
        said = f"revision {info['revision']}, licence {info['license']}, {size:.0f} MB, offline"
        yield Finding("model", "embedded", said)
    except (OSError, ValueError, KeyError) as error:
        yield Finding("model", "embedded", f"damaged ({error!r})", "install the package again")
    for path in sorted((CONFIGS / "model").glob("*.yaml")):
        choice: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
        if choice["id"] == "embedded":
            continue
        here = _is_cached(choice["id"])
        found = f"{choice['id']}, {'in the local cache' if here else 'not fetched yet'}"
        mend = "" if here else f"needs the network once: stance model={path.stem} …"
        yield Finding("model", path.stem, found, mend)


def _is_cached(hub_id: str, revision: str | None = None) -> bool:
    return isinstance(try_to_load_from_cache(hub_id, "config.json", revision=revision), str)


def _corpus(config: StanceConfig) -> Iterator[Finding]:
    try:
        check_settings(config)
        corpus = load_corpus(config)
        said = f"{len(corpus)} documents, {corpus.n_paragraphs} paragraphs"
        refused = len(corpus.quarantine)
        mend = f"{refused} refused, reasons in quarantine.jsonl of a run" if refused else ""
        yield Finding("corpus", config.corpus.path, said, mend)
        model = config.model
        if (
            model.id == "embedded"
            or Path(model.id).exists()
            or _is_cached(model.id, model.revision)
        ):
            yield _cost(config, corpus)
        else:
            yield Finding("corpus", "cost", f"not known before {model.id} has been fetched")
    except StanceError as error:
        yield Finding("corpus", config.corpus.path, "cannot be scored", str(error))


def _cost(config: StanceConfig, corpus: Corpus) -> Finding:
    """Time for all paragraphs, from that of a few that are spread evenly over them."""
    model = load_model(config)
    units = units_of(config, corpus, model)
    # Shortest to longest, so that the few have the lengths of all.
    units.sort(key=lambda unit: len(unit.paragraph.text))
    step = max(1, len(units) // _TIMED)
    few = units[step // 2 :: step] or units
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
        f"roughly {spell_seconds(seconds)} to score on {ran.device} ({ran.backend}, {ran.dtype}), "
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
