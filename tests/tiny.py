"""What the tests of the application run on: a one-pass model of a few thousand random weights,
four short articles in two languages, and the command called in this process.
"""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from stance.nli.compact import TOKENIZER, save_compact
from stance.nli.onepass import OnePassConfig, OnePassNLI

VOCABULARY = 600
HIDDEN = 32
SPECIAL = ["<s>", "<pad>", "</s>"]

# Every paragraph names a holder or a matter of the shipped propositions; the words are invented.
ARTICLES = {
    "herald-one.md": (
        "Harbour Herald",
        "en",
        "Two capitals, one map",
        [
            "Moscow insists that Ukraine must cede the coal basin before any ceasefire is signed.",
            "Putin's demands have not moved since the spring thaw:",
            "- recognition of the annexed districts along the eastern river bend",
            "- a written promise that Kyiv will never enter the Atlantic alliance",
            "“Not one village will be handed over,” Zelensky told reporters beside the tram depot.",
            "Swapping orchards for quarries would reward the invader and shame everyone who signs.",
        ],
    ),
    "herald-two.md": (
        "Harbour Herald",
        "en",
        "What the alliance owes the east",
        [
            "NATO must keep brigades in the Baltic for as long as tanks stand across the border.",
            "Neutrality has protected small countries before, and it could protect Ukraine again.",
            "The weather in Anchorage stayed mild, and the hotel bars ran out of lemon by nine.",
        ],
    ),
    "bote-eins.md": (
        "Küstenbote",
        "de",
        "Was in Alaska verhandelt wird",
        [
            "Moskau verlangt, dass die Ukraine den ganzen Donbass abtritt, bevor Waffen schweigen.",
            "Selenskyj lehnt jeden Gebietstausch ab und verweist auf die Verfassung seines Landes.",
            "Die NATO sollte in Osteuropa stark bleiben, sonst wäre niemand mehr vor ihr sicher.",
        ],
    ),
    "bote-zwei.md": (
        "Küstenbote",
        "de",
        "Der lange Abend am Flugfeld",
        [
            "Trump sprach lange mit Putin, doch von einem Abkommen war hinterher keine Rede mehr.",
            "Eine neutrale Ukraine wäre kein Frieden, sondern nur die Pause vor dem neuen Krieg.",
        ],
    ),
}
DESK = "Ressort Nord"
# A set of a researcher's own, small enough that a call of the command composes it in no time.
SETS = {
    "propositions/small.yaml": """
name: small
description: Two claims for the tests.
items:
  land:
    statement: {en: "Ukraine should cede land to Russia.", de: "Die Ukraine sollte Land abtreten."}
    topic: {en: "ceding Ukrainian land", de: "Abtretung ukrainischen Landes"}
    favor: {en: ["Kyiv has to give up land."], de: ["Kiew muss Land aufgeben."]}
    against: {en: ["Kyiv must keep all its land."], de: ["Kiew muss sein Land behalten."]}
    keywords:
      topic: {en: [land, cede*, district*], de: [Land*, abtr*, Gebiet*]}
      favor: {en: [must], de: [muss]}
      against: {en: [reject*], de: [lehnt]}
  neutrality:
    statement: {en: "Ukraine should be neutral.", de: "Die Ukraine sollte neutral sein."}
    topic: {en: "the neutrality of Ukraine", de: "die Neutralität der Ukraine"}
""",
    "holders/small.yaml": """
name: small
holders:
  russia:
    name: {en: Russia, de: Russland}
    aliases: {en: [Moscow, Putin*], de: [Moskau*, Putin*]}
  ukraine:
    name: {en: Ukraine, de: die Ukraine}
    aliases: {en: [Ukrain*, Kyiv, Zelensk*], de: [Ukrain*, Selensk*]}
""",
    "frames/small.yaml": """
name: small
frames:
  conflict:
    label: {en: Conflict}
    definition: Two sides stand against each other.
    counts: [a quarrel]
    excludes: [a handshake]
    hypotheses: {en: ["Two sides quarrel."], de: ["Zwei Seiten streiten."]}
""",
}


def make_model(folder: Path, seed: int = 3) -> Path:
    """Save a one-pass model with random weights, and a tokenizer trained on the articles."""
    config = OnePassConfig(
        vocab_size=VOCABULARY,
        hidden_size=HIDDEN,
        num_hidden_layers=2,
        separate_layers=1,
        num_attention_heads=2,
        intermediate_size=HIDDEN,
    )
    torch.manual_seed(seed)
    model = OnePassNLI(config)
    with torch.no_grad():
        # Logits of a few units, so that every label comes up.
        model.head_output.weight.mul_(40)
    generator = np.random.default_rng(seed)
    blocks = generator.integers(0, 256, (VOCABULARY, HIDDEN // 32, 18), dtype=np.uint8)
    blocks[..., :2] = np.array([0.2], dtype="<f2").view(np.uint8)
    model.word_embeddings.q4.copy_(torch.from_numpy(blocks))
    save_compact(model, folder, {"name": "tiny", "revision": "random"})
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    texts = [text for *_, paragraphs in ARTICLES.values() for text in paragraphs]
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.save(str(folder / TOKENIZER))
    return folder


def make_corpus(folder: Path) -> Path:
    """Write the four articles, with a metadata column of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (source, language, title, paragraphs) in ARTICLES.items():
        head = f"---\nsource: {source}\ntitle: {title}\nlanguage: {language}\ndesk: {DESK}\n---\n"
        (folder / name).write_text(head + "\n" + "\n\n".join(paragraphs) + "\n", "utf-8")
    return folder


def make_sets(folder: Path) -> Path:
    """Write the small proposition, holder and frame sets into a folder for ``--config-dir``."""
    for name, text in SETS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


@dataclass(frozen=True)
class Ran:
    """How a call of the command ended."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line of an error; fails unless it is one line, exit code 2, no traceback."""
        assert self.code == 2, f"exit code {self.code}: {self.err}"
        assert "Traceback" not in self.err
        said = [line for line in self.err.splitlines() if line.startswith("stance: ")]
        assert len(said) == 1, self.err
        assert self.err.rstrip("\n").endswith(said[0]), "the error runs over more than one line"
        return said[0]


@contextmanager
def quiet_logging() -> Iterator[None]:
    """Hydra configures the root logger: put it back as it was."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


def stance_command(*arguments: str) -> Ran:
    """Call the entry point of the ``stance`` command in this process."""
    from stance.app import main

    out, err, before = io.StringIO(), io.StringIO(), sys.argv
    code: object = 0
    sys.argv = ["stance", *arguments]
    try:
        with quiet_logging(), redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as stop:
        code = stop.code
    finally:
        sys.argv = before
    return Ran(
        int(code or 0) if isinstance(code, int | None) else 1, out.getvalue(), err.getvalue()
    )
