"""From measured paragraphs to sources: stance, comparison, standing, frames, terms, agreement."""

from stance.analysis.agreement import Agreement, agreement
from stance.analysis.comparisons import compare_sources
from stance.analysis.config import AnalysisConfig
from stance.analysis.frames import frame_shares
from stance.analysis.measurements import MeasurementError, Measurements
from stance.analysis.reliability import krippendorff_alpha
from stance.analysis.sources import source_stance
from stance.analysis.standing import standing
from stance.analysis.terms import distinctive_terms

__all__ = [
    "Agreement",
    "AnalysisConfig",
    "MeasurementError",
    "Measurements",
    "agreement",
    "compare_sources",
    "distinctive_terms",
    "frame_shares",
    "krippendorff_alpha",
    "source_stance",
    "standing",
]
