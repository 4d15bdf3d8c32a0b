"""The report: what an analysis found, in words, figures and tables, fit for an appendix."""

from stance.report.data import ReportData, TextMode
from stance.report.html import render_html
from stance.report.markdown import render_markdown
from stance.report.writer import write_report

__all__ = ["ReportData", "TextMode", "render_html", "render_markdown", "write_report"]
