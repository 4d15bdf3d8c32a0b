"""Gold labels of paragraphs as a benchmark: the method on them, in the form of other sets."""

from __future__ import annotations

import pandas as pd

from stance.analysis.measurements import CELL, LABELS, TEXT


def own_predictions(cells: pd.DataFrame, paragraphs: pd.DataFrame) -> pd.DataFrame:
    """The own voice of every coded paragraph, toward every proposition.

    Args:
        cells: Cells of the own voice as `stance.analysis.agreement.compared_cells` gives them,
            with ``p_LABEL``.
        paragraphs: The paragraph table of the run, for the texts.

    Returns:
        As `stance.benchmark.predict.predict` does: the target is the proposition, a group is an
        independent document.
    """
    texts = paragraphs.loc[paragraphs["holder"] == TEXT, [*CELL, "text"]]
    rows = cells.merge(texts, on=CELL, how="left", validate="one_to_one")
    rows["id"] = rows["document"] + ":" + rows["paragraph"].astype(str)
    rows = rows.rename(
        columns={
            "proposition": "target",
            "label_gold": "gold",
            "label_predicted": "predicted",
        }
    )
    columns = ["id", "text", "target", "language", "group", "gold", "predicted"]
    return rows[[*columns, *(f"p_{label}" for label in LABELS)]]
