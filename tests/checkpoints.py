"""Tiny NLI checkpoints with random weights, in the formats of transformers; no network.

Each architecture gets the kind of tokenizer that its real checkpoints have, with a vocabulary of a
few hundred pieces made of the sentences below (byte-level BPE is trained on them; the trainers of
the other kinds break ties by chance).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
from transformers import (
    BertConfig,
    BertTokenizer,
    DebertaV2Config,
    DebertaV2Tokenizer,
    ModernBertConfig,
    PreTrainedTokenizerFast,
    XLMRobertaConfig,
    XLMRobertaTokenizer,
)
from transformers.models.auto import MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING

SENTENCES = (
    "The harbour town should give up its lighthouse as part of the settlement.",
    "Both councils rejected the plan, and the ferry left without a signature.",
    "Nobody in the valley believes that the bridge will be rebuilt this year.",
    "The envoy said on Tuesday that the border must move by forty kilometres.",
    "This text is about the exchange of land between the two neighbours.",
    "The author supports this: the old river line should become the frontier.",
    "The author opposes this: the alliance should keep its ships in the bay.",
    "Der Rat lehnte den Tausch der Inseln ab und verlangte neue Gespräche.",
    "Die Hafenstadt soll ihren Leuchtturm nicht abgeben, sagte der Bote.",
    "Rada odrzuciła zamianę wysp, a prom odpłynął bez podpisu.",
    "Рада відхилила обмін островами, і пором відплив без підпису.",
    "Совет отверг обмен островами, и паром ушёл без подписи.",
    "Le conseil a rejeté l'échange des îles et demande une nouvelle réunion.",
)
LABELS = ("entailment", "neutral", "contradiction")
ARCHITECTURES = ("bert", "xlm-roberta", "deberta-v2", "modernbert")

_SHAPE = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 48,
    # Far from the usual 0.02, so that logits differ by units and a mix-up shows.
    "initializer_range": 0.3,
}


def make_checkpoint(
    folder: Path, architecture: str, labels: Sequence[str] = LABELS, rows: Sequence[int] = ()
) -> Path:
    """Save a random checkpoint whose head has one output per label.

    Args:
        folder: Created if missing.
        architecture: One of ``ARCHITECTURES``.
        labels: Names written into ``id2label``, in order of the logits.
        rows: Which row of the seeded head stands at each place; in order if empty. A head saved
            with ``labels`` and ``rows`` permuted alike means the same.
    """
    tokenizer = _TOKENIZERS[architecture]()
    config = _config(architecture, tokenizer)
    config.id2label = dict(enumerate(labels))
    config.label2id = {label: index for index, label in enumerate(labels)}
    torch.manual_seed(13)
    model: Any = MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING[type(config)](config)
    linear = [module for module in model.modules() if isinstance(module, torch.nn.Linear)]
    (head,) = (module for module in linear if module.out_features == len(labels))
    with torch.no_grad():
        head.bias.normal_()
        if rows:
            head.weight.copy_(head.weight[list(rows)])
            head.bias.copy_(head.bias[list(rows)])
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def edit_config(folder: Path, **entries: Any) -> None:
    """Overwrite entries of a saved config.json; None removes one."""
    path = folder / "config.json"
    config = {**json.loads(path.read_text("utf-8")), **entries}
    path.write_text(json.dumps({k: v for k, v in config.items() if v is not None}), "utf-8")


def _config(architecture: str, tokenizer: Any) -> Any:
    pad = tokenizer.pad_token_id
    shape = {**_SHAPE, "vocab_size": len(tokenizer), "pad_token_id": pad}
    match architecture:
        case "bert":
            return BertConfig(**shape, max_position_embeddings=512)
        case "xlm-roberta":
            return XLMRobertaConfig(**shape, max_position_embeddings=514, type_vocab_size=1)
        case "deberta-v2":
            return DebertaV2Config(
                **shape,
                max_position_embeddings=512,
                type_vocab_size=0,
                relative_attention=True,
                position_buckets=16,
                norm_rel_ebd="layer_norm",
                share_att_key=True,
                pos_att_type=["p2c", "c2p"],
                position_biased_input=False,
                pooler_hidden_size=32,
            )
        case _:
            return ModernBertConfig(
                **shape,
                max_position_embeddings=512,
                cls_token_id=tokenizer.cls_token_id,
                sep_token_id=tokenizer.sep_token_id,
                bos_token_id=tokenizer.cls_token_id,
                eos_token_id=tokenizer.sep_token_id,
                global_attn_every_n_layers=2,
                local_attention=16,
            )


def _words() -> list[str]:
    return sorted({word for sentence in SENTENCES for word in sentence.split()})


def _letters() -> list[str]:
    return sorted({letter for word in _words() for letter in word})


def _bert_tokenizer() -> Any:
    """WordPiece over whole words and single letters."""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = _letters()
    words = [word.strip(".,:") for word in _words()]
    pieces = dict.fromkeys([*special, *letters, *(f"##{letter}" for letter in letters), *words])
    return BertTokenizer(vocab={p: i for i, p in enumerate(pieces)}, do_lower_case=False)


def _unigram(special: list[str]) -> list[tuple[str, float]]:
    """Pieces and log-probabilities: halves of words are likelier than letters."""
    halves = {f"▁{word[: len(word) // 2]}" for word in _words()}
    halves |= {word[len(word) // 2 :] for word in _words()}
    letters = [*_letters(), "▁"]
    scores = dict.fromkeys(letters, -9.0) | {half: -5.0 for half in sorted(halves - set(letters))}
    return [*((token, 0.0) for token in special), *scores.items()]


def _xlm_roberta_tokenizer() -> Any:
    vocab = _unigram(["<s>", "<pad>", "</s>", "<unk>"])
    return XLMRobertaTokenizer(vocab=[*vocab, ("<mask>", 0.0)])


def _deberta_tokenizer() -> Any:
    vocab = _unigram(["[PAD]", "[CLS]", "[SEP]", "[UNK]"])
    return DebertaV2Tokenizer(vocab=[*vocab, ("[MASK]", 0.0)], unk_id=3)


def _modernbert_tokenizer() -> Any:
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.train_from_iterator(
        SENTENCES,
        trainers.BpeTrainer(
            vocab_size=400,
            special_tokens=special,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    ends = [(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=ends
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_input_names=["input_ids", "attention_mask"],
    )


_TOKENIZERS = {
    "bert": _bert_tokenizer,
    "xlm-roberta": _xlm_roberta_tokenizer,
    "deberta-v2": _deberta_tokenizer,
    "modernbert": _modernbert_tokenizer,
}
