"""Zero-shot natural language inference: loading models and scoring pairs."""

from stance.nli.load import load_nli
from stance.nli.model import Logits, ModelIdentity, NLIModel, most_decided, probabilities

__all__ = ["Logits", "ModelIdentity", "NLIModel", "load_nli", "most_decided", "probabilities"]
