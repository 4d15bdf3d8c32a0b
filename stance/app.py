"""The Hydra application behind the ``stance`` command.

Exit codes: 0 done; 2 something to mend, said in one line; 130 stopped by the user.
"""

from __future__ import annotations

import difflib
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import get_args, get_type_hints

import hydra
import yaml
from hydra._internal.utils import get_args_parser
from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Glob, Override
from hydra.errors import HydraException, OverrideParseException
from hydra.types import RunMode
from omegaconf import MISSING, DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from stance.config import StanceConfig, compose_node, to_object
from stance.config_safety import check_files, check_safe
from stance.corpus.clean import replace_surrogates, single_line
from stance.errors import ConfigError, OutputError, StanceError
from stance.files import hold_folder, release_folders
from stance.resources import CONFIGS
from stance.terminal import open_streams, say

log = logging.getLogger("stance")

EXIT_MEND = 2
EXIT_STOPPED = 130
# Bytes that the smallest results take; a disk with less is full.
_ROOM = 500_000
# In the folder of a sweep's run that failed: the reason.
FAILED = "failed.txt"
# Folders of the sweep's runs that failed. A run in a process of its own cannot add to it here: what
# compares the runs does.
failed_runs: set[Path] = set()


def main() -> None:
    """Entry point of the ``stance`` command."""
    # Tokenizers warn about forks that never happen here; workers are not forked.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    open_streams()
    arguments = sys.argv[1:]
    failed_runs.clear()
    try:
        check_overrides(arguments)
        hydra.main(version_base="1.3", config_path=str(CONFIGS), config_name="config")(_job)()
    except StanceError as error:
        raise SystemExit(_fail(error)) from None
    except KeyboardInterrupt:  # before or after the job
        raise SystemExit(EXIT_STOPPED) from None
    finally:
        release_folders()
    if failed_runs:
        raise SystemExit(EXIT_MEND)


def _job(node: DictConfig) -> None:
    """One job of the application: a run, or a member of a sweep.

    A run that fails leaves the others of its sweep alone; its folder keeps the reason.
    """
    settings = HydraConfig.get()
    folder = Path(settings.runtime.output_dir)
    (folder / FAILED).unlink(missing_ok=True)  # of an earlier sweep into the same folder
    try:
        hold_folder(folder)
        with _memory_errors():
            say(f"{carry_out(to_object(node), folder)}\n")
    except StanceError as error:
        if settings.mode != RunMode.MULTIRUN:
            raise SystemExit(_fail(error)) from error
        _fail(error)
        with suppress(OSError):  # a full disk may be what failed it
            (folder / FAILED).write_text(f"{error}\n", "utf-8")
        failed_runs.add(folder)
    except KeyboardInterrupt:
        log.warning("stopped; what was scored is kept, run the same command again to go on")
        raise SystemExit(EXIT_STOPPED) from None


@contextmanager
def _memory_errors() -> Iterator[None]:
    """Says in a line that the memory did not do; torch has a RuntimeError for it."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "allocate memory" not in str(error):
            raise
        raise StanceError(
            "out of memory; end other programs or read fewer texts at once, then run again: what "
            "was scored is kept"
        ) from error


def carry_out(config: StanceConfig, folder: Path) -> Path:
    """Run the task of a configuration; return the path of what it made.

    Raises:
        StanceError: With a message that says how to mend what is wrong.
    """
    # Imported here, since they take seconds that --help and a misspelt key should not.
    import pyarrow as pa

    from stance.tasks import TASKS

    # Arrow's own pool keeps what tables no longer need; the system's gives it to the next stage.
    pa.set_memory_pool(pa.system_memory_pool())
    if config.task not in TASKS:
        raise ConfigError(f"task={config.task!r}: expected one of {', '.join(TASKS)}")
    task: Callable[[StanceConfig, Path], Path] = TASKS[config.task]
    _check_outside(config, folder)
    return task(config, folder)


def _check_outside(config: StanceConfig, folder: Path) -> None:
    """The next run would read the results of this one as texts, were they among the texts."""
    corpus, results = Path(config.corpus.path).expanduser().resolve(), folder.resolve()
    if corpus.is_dir() and results.is_relative_to(corpus):
        if any(part.startswith(".") for part in results.relative_to(corpus).parts):
            return  # hidden folders are not read
        raise ConfigError(
            f"output_dir={folder} lies in corpus.path={config.corpus.path}, so that the next run "
            "would read the results as texts; set output_dir to a folder outside"
        )


def _fail(error: StanceError) -> int:
    sys.stderr.write(f"stance: {single_line(str(error))}\n")
    return EXIT_MEND


def check_overrides(arguments: Sequence[str]) -> None:
    """Compose once before Hydra does, so that a wrong key or group gets a helpful line.

    Raises:
        ConfigError: Naming what is unknown and the nearest valid name.
        OutputError: If the output folder cannot be written.
    """
    for argument in arguments:
        if argument != replace_surrogates(argument):
            raise ConfigError(
                f"{argument}: holds bytes that are no UTF-8, which no record of the run could "
                "hold; rename the file or folder"
            )
    # Hydra's own parser, so that a flag means here what it means there.
    flags, misplaced = get_args_parser().parse_known_args(list(arguments))
    if flags.help or flags.hydra_help or flags.shell_completion or misplaced:
        return  # for Hydra to answer
    if flags.config_path or flags.config_name or flags.experimental_rerun:
        raise ConfigError(
            "--config-path, --config-name and --experimental-rerun would replace the checked "
            "configuration; put files of your own into a folder and name it with --config-dir"
        )
    given: list[str] = flags.overrides
    extra = [Path(flags.config_dir).absolute()] if flags.config_dir else []
    for passed_on in extra:
        check_files(passed_on)
    try:
        overrides = OverridesParser.create().parse_overrides(given)
        swept = [(o, _values(o)) for o in overrides if o.is_sweep_override()]
        single = [o.input_line or "" for o in overrides if not o.is_sweep_override()]
        single += [f"{o.get_key_element()}={values[0]}" for o, values in swept]
        search = [f"hydra.searchpath=[{','.join(f'file://{path}' for path in extra)}]"]
        node = compose_node([*(search if extra else []), *single], with_hydra=True)
        nodes = [node]
        if extra:  # the other members of a sweep bring files of their own
            nodes += [
                compose_node([*search, *single, f"{o.get_key_element()}={v}"], with_hydra=True)
                for o, values in swept
                if _choices(o.key_or_group, [CONFIGS, *extra])
                for v in values[1:]
            ]
        own = [line for line in single if "hydra" in line.partition("=")[0]]
        plain = _shipped(tuple(own)) if extra else node
    except (HydraException, OmegaConfBaseException) as error:
        raise ConfigError(explain(error, given)) from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise ConfigError(f"a configuration file is no valid YAML: {reason}") from None
    is_sweep = flags.multirun or OmegaConf.select(node, "hydra.mode") == RunMode.MULTIRUN
    if swept and not (is_sweep or flags.cfg or flags.info):
        line = swept[0][0].input_line
        raise ConfigError(f"{line}: several values need a sweep, stance -m …; a list is key=[a,b]")
    for override, values in swept:
        _check_choices(override.key_or_group, values, [CONFIGS, *extra])
    for member in nodes:
        check_safe(member, plain, given)
    _refuse_additions(node)
    if flags.cfg is None and flags.info is None:
        _refuse_missing(node)
        _check_folder(given)


@cache
def _shipped(own: tuple[str, ...]) -> DictConfig:
    """What the package ships under these settings of Hydra: the same all through a process."""
    return compose_node(own, with_hydra=True)


def _values(override: Override) -> list[str]:
    """What a sweep runs through, each as it would be written alone."""
    value = override.value()
    if isinstance(value, Glob):
        return list(value.filter(_choices(override.key_or_group, [CONFIGS])))
    return list(override.sweep_string_iterator())


def _choices(group: str, folders: Sequence[Path]) -> list[str]:
    return sorted({path.stem for folder in folders for path in (folder / group).glob("*.yaml")})


def _check_choices(group: str, values: Sequence[str], folders: Sequence[Path]) -> None:
    """The first value of a sweep was composed; of a group, the names of the others must exist."""
    have = _choices(group, folders)
    for value in values:
        if have and value not in have:
            raise ConfigError(_no_such_choice(group, value, have))


def _no_such_choice(group: str, wanted: str, have: Sequence[str]) -> str:
    return f"{group}={wanted}: no such choice{_nearest(wanted, have)}; there are {', '.join(have)}"


def explain(error: Exception, given: Sequence[str]) -> str:
    """One line on what is wrong with the overrides, with the nearest valid name."""
    text = str(error)
    if isinstance(error, OverrideParseException):
        return (
            f"{error.override}: cannot be read; expected key=value or group=choice, such as "
            "task=doctor; stance --help has more"
        )
    choice = re.search(r"Could not find '([\w/-]+)/([^'/]+)'", text)
    if choice:
        group, wanted = choice.groups()
        have = re.findall(r"^\t(\S+)$", text, flags=re.MULTILINE)
        return _no_such_choice(group, wanted, have)
    # What OmegaConf says about a single key is the cause of what Hydra says about an override.
    inner = f"{error.__cause__ or ''}\n{text}"
    place = re.search(r"full_key: (\S+)", inner)
    named = re.search(r"Could not override '([^']+)'", text)
    if named or re.search(r"Key '[^']+' (?:is )?not (?:in|found)", inner):
        wanted = named.group(1) if named else place.group(1) if place else " ".join(given)
        where = re.match(r"In '([^']+)'", text) if not named else None
        source = f"{where.group(1)}.yaml: " if where else ""
        near = _nearest(wanted, _all_keys())
        return f"{source}{wanted}: no such key{near}; stance --cfg job lists all"
    composed = re.match(r"In '([^']+)': \w+ raised while composing config:\n(.+)", text)
    if composed and place:
        file, reason = composed.groups()
        return f"{file}.yaml: {place.group(1)}: {reason}{_mend(reason)}"
    lines = [line.strip() for line in inner.splitlines() if line.strip()]
    blamed = re.search(r"Error merging override (.+)", text)
    subject = blamed.group(1) if blamed else " ".join(given)
    return f"{subject}: {lines[0] if lines else type(error).__name__}"


def _mend(reason: str) -> str:
    """What to write instead of a value or key that the schema does not take."""
    if reason.startswith("Key "):
        return "; put it in quotation marks, YAML takes it for something else than a word"
    if "List[" in reason:
        return '; write a list, as ["…"]'
    return '; write a mapping, as {en: "…"}' if "Dict[" in reason else ""


def _all_keys() -> list[str]:
    """Every dotted key of the schema, and every config group; * stands for names freely given."""
    keys = [path.name for path in CONFIGS.iterdir() if path.is_dir()]

    def walk(schema: type, prefix: str) -> None:
        for key, hint in get_type_hints(schema).items():
            keys.append(f"{prefix}{key}")
            # Of Dict[str, X] what it holds: names freely given.
            held, star = (get_args(hint) or [hint])[-1], "*." if get_args(hint) else ""
            if isinstance(held, type) and is_dataclass(held):
                walk(held, f"{prefix}{key}.{star}")

    walk(StanceConfig, "")
    return keys


def _nearest(wanted: str, have: Sequence[str]) -> str:
    """The valid name that was probably meant: of the same group, else of the very same name."""
    group, _, name = wanted.rpartition(".")
    named = {key: key.rpartition(".")[2] for key in have}
    siblings = [named[key] for key in have if fnmatchcase(group, key.rpartition(".")[0])]
    near = [f"{group}.{n}".lstrip(".") for n in difflib.get_close_matches(name, siblings, n=1)]
    near += [key for key in have if named[key] == name]
    near += difflib.get_close_matches(wanted, have, n=1, cutoff=0.5)
    return f" (did you mean {near[0]}?)" if near else ""


def _refuse_additions(node: DictConfig) -> None:
    """The schema is the whole configuration: +key=value could only set what nothing reads."""

    def walk(part: DictConfig, path: str) -> None:
        kind = OmegaConf.get_type(part)
        known = {f.name for f in fields(kind)} if kind and is_dataclass(kind) else None
        for key in map(str, part):
            if known is not None and key not in known and f"{path}{key}" != "hydra":
                near = _nearest(f"{path}{key}", _all_keys())
                raise ConfigError(f"{path}{key}: no such key{near}; stance --cfg job lists all")
            child = part._get_node(key)
            if isinstance(child, DictConfig) and key != "hydra" and not child._is_missing():
                walk(child, f"{path}{key}.")

    walk(node, "")


def _refuse_missing(node: DictConfig) -> None:
    """What must be set and is not."""

    def walk(part: object, path: str) -> list[str]:
        if part == MISSING:
            return [path]
        if not isinstance(part, dict):
            return []
        return [key for name in part for key in walk(part[name], f"{path}.{name}".lstrip("."))]

    everything = OmegaConf.to_container(node, resolve=False)
    # Hydra fills in its own as it runs.
    missing = [key for key in walk(everything, "") if not key.startswith("hydra.")]
    if missing:
        raise ConfigError(f"{', '.join(missing)}: not set; set it as {missing[0]}=…")


def _check_folder(given: Sequence[str]) -> None:
    """Find out before any scoring whether the output folder can be written."""
    keys = ("output_dir=", "hydra.run.dir=", "hydra.sweep.dir=")
    wanted = [g.partition("=")[2] for g in given if g.startswith(keys)]
    folders = [Path(w.strip("'\"")) for w in wanted if "${" not in w] or [Path("outputs")]
    for folder in folders:
        try:
            # Nothing is made where nothing was asked for: the folder above tells as well.
            probe = (folder if wanted else _nearest_there(folder)) / ".stance-write-test"
            probe.parent.mkdir(parents=True, exist_ok=True)
            try:
                probe.write_bytes(bytes(_ROOM))
            finally:
                probe.unlink(missing_ok=True)
            if wanted:
                hold_folder(folder)
        except OSError as error:
            raise OutputError(
                f"output_dir={folder}: cannot be written ({error.strerror or error}); choose a "
                "folder that can"
            ) from error


def _nearest_there(folder: Path) -> Path:
    return next(path for path in (folder, *folder.absolute().parents) if path.exists())
