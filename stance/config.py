"""The schema of the configuration, and composing it outside the command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hydra import compose, initialize_config_dir
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from omegaconf import DictConfig, OmegaConf

from stance.analysis.config import AnalysisConfig
from stance.benchmark.config import BenchmarkConfig
from stance.coding.config import SampleConfig
from stance.corpus.config import CorpusConfig
from stance.methods.config import MethodConfig
from stance.propositions import FramesConfig, HoldersConfig, PropositionsConfig, Texts
from stance.resources import CONFIGS
from stance.robustness.config import RobustnessConfig


@dataclass
class ModelConfig:
    """Which NLI model, and where it runs; see ``stance.load_nli``.

    Attributes:
        id: ``embedded``, a local folder, or an id of the hub.
        revision: Branch, tag or commit of a hub id; null for the newest.
        backend: ``auto`` (torch), ``torch``, or ``onnx`` for the embedded model on a CPU.
        device: ``auto`` (CUDA if there is one), ``cpu``, ``cuda`` or ``cuda:N``.
        dtype: ``float32``, ``float16`` or ``bfloat16``; with ``onnx`` also ``int8``; ``auto`` is
            float32, and on CUDA half precision where that hardly changes a probability.
        trained_on: Benchmark → the part of it that the model has seen; null if nobody says. It is
            printed beside the figures of that benchmark.
        described: The id that ``trained_on`` is about; with another id nothing is known.
    """

    id: str = "embedded"
    revision: str | None = None
    backend: str = "auto"
    device: str = "auto"
    dtype: str = "auto"
    trained_on: dict[str, str] | None = None
    described: str | None = None


@dataclass
class EngineConfig:
    """How scoring runs.

    Attributes:
        name: ``local`` for this process, ``ray`` for the workers of a Ray cluster.
        store: Folder of the score store; null for the user's cache, ``off`` for none.
        threads: Threads of the CPU; null leaves the choice to torch, with ``ray`` it is ``cpus``.
        progress: Whether a progress bar is shown (only ever on a terminal).
        shard_documents: Documents of a shard, which is read, scored and kept whole; null scores
            the corpus in one piece.
        shards: Folder of finished shards; null for the user's cache. With ``ray`` all nodes must
            see it.
        address: For ``ray``: of a running cluster, ``auto`` or ``host:port``; null for one on this
            machine.
        workers: For ``ray``: how many; null for as many as the cluster has room for.
        cpus: For ``ray``: cores of a worker.
        gpus: For ``ray``: GPUs of a worker; 0.5 lets two share one.
    """

    name: str = "local"
    store: str | None = None
    threads: int | None = None
    progress: bool = True
    shard_documents: int | None = None
    shards: str | None = None
    address: str | None = None
    workers: int | None = None
    cpus: int = 1
    gpus: float = 0.0


@dataclass
class ReportConfig:
    """What the outputs may carry.

    Attributes:
        text: ``full`` text, ``excerpt`` (the deciding sentence and its neighbours) or ``none``.
    """

    text: str = "full"


@dataclass
class PowerConfig:
    """What ``task=power`` asks.

    Attributes:
        differences: True differences between two sources, in the unit of the quantity.
        documents: Documents of each source.
        coded_documents: Of these, coded by hand; for the labels as they are, none is needed.
        runs: Simulated studies per line.
    """

    differences: list[float] = field(default_factory=lambda: [0.05, 0.1, 0.2])
    documents: list[int] = field(default_factory=lambda: [5, 10, 20, 40, 80, 160])
    coded_documents: list[int] = field(default_factory=lambda: [10, 20, 40])
    runs: int = 400


@dataclass
class EvaluationConfig:
    """What the report of ``task=evaluate`` shows beside its own figures.

    Attributes:
        robustness: Output folder of ``task=robustness``; null if it was not run.
        benchmarks: Output folders of ``task=evaluate benchmark=…``, or folders that hold several.
    """

    robustness: str | None = None
    benchmarks: list[str] = field(default_factory=list)


@dataclass
class StanceConfig:
    """The whole configuration of a run.

    Attributes:
        name: Name of the experiment, in the report and in the path of its folder.
        task: What is done; ``stance --help`` has an example of each.
        hypothesis_language: ``en``, or ``source``: the language of the paragraph, and English where
            a proposition or frame is not written in it.
        gold: Coding sheets that validate the run: a file, a folder, a list of files; ``embedded``
            for those of the embedded corpus.
        runs: Output folders of finished runs, for ``task=compare``; of one, for ``task=report``.
        n: For ``task=sample``: how many paragraphs to draw.
        seed: Of every draw; the same seed gives the same files.
        output_dir: Where everything is written.
        experiment: A named set of choices, as ``experiment=alaska_summit``.
        templates: Name of a hypothesis → language → sentence with ``{claim}``, ``{holder}`` …
    """

    name: str = "custom"
    task: str = "analyse"
    hypothesis_language: str = "en"
    # Any, since the schema knows no "path or list of paths"; see stance.coding.rows.
    gold: Any = None
    runs: list[str] = field(default_factory=list)
    n: int = 200
    seed: int = 0
    output_dir: str = "outputs"
    experiment: str | None = None
    corpus: CorpusConfig = field(default_factory=CorpusConfig)
    propositions: PropositionsConfig = field(default_factory=PropositionsConfig)
    holders: HoldersConfig = field(default_factory=HoldersConfig)
    frames: FramesConfig = field(default_factory=FramesConfig)
    templates: dict[str, Texts] = field(default_factory=dict)
    model: ModelConfig = field(default_factory=ModelConfig)
    method: MethodConfig = field(default_factory=MethodConfig)
    engine: EngineConfig = field(default_factory=EngineConfig)
    analysis: AnalysisConfig = field(default_factory=AnalysisConfig)
    report: ReportConfig = field(default_factory=ReportConfig)
    benchmark: BenchmarkConfig = field(default_factory=BenchmarkConfig)
    sample: SampleConfig = field(default_factory=SampleConfig)
    power: PowerConfig = field(default_factory=PowerConfig)
    robustness: RobustnessConfig = field(default_factory=RobustnessConfig)
    evaluation: EvaluationConfig = field(default_factory=EvaluationConfig)


ConfigStore.instance().store(name="stance_schema", node=StanceConfig)


def compose_config(overrides: Sequence[str] = ()) -> StanceConfig:
    """Compose the configuration as the command would, from group choices and key=value pairs.

    Raises:
        hydra.errors.HydraException: If a key or group is unknown; see ``stance.app.explain``.
    """
    return to_object(compose_node(overrides))


def compose_node(overrides: Sequence[str] = (), *, with_hydra: bool = False) -> DictConfig:
    """The same, as OmegaConf's node; with Hydra's own settings under ``hydra`` if wanted."""
    already = GlobalHydra.instance().is_initialized()
    if already:  # inside the command: Hydra must not be initialised twice
        return compose("config", overrides=list(overrides), return_hydra_config=with_hydra)
    with initialize_config_dir(str(CONFIGS), version_base="1.3"):
        return compose("config", overrides=list(overrides), return_hydra_config=with_hydra)


def to_object(node: DictConfig) -> StanceConfig:
    """Dataclasses from a composed node, interpolations resolved."""
    config = OmegaConf.to_object(node)
    if not isinstance(config, StanceConfig):
        raise TypeError(f"not a stance configuration: {type(config).__name__}")
    return config
