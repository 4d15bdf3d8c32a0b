"""Documents in: reading, cleaning, paragraphs, sentences, languages, quotes, near-duplicates."""

from stance.corpus.clean import clean_text
from stance.corpus.config import CorpusConfig
from stance.corpus.layout import Page, Unit, lay_out
from stance.corpus.model import Corpus, Document, Dropped, Kind, Paragraph, Refused, Span
from stance.corpus.quotes import quoted_spans
from stance.corpus.read import read_corpus
from stance.corpus.sentences import split_sentences

__all__ = [
    "Corpus",
    "CorpusConfig",
    "Document",
    "Dropped",
    "Kind",
    "Page",
    "Paragraph",
    "Refused",
    "Span",
    "Unit",
    "clean_text",
    "lay_out",
    "quoted_spans",
    "read_corpus",
    "split_sentences",
]
