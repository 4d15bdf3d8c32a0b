// How numbers and names are put, as in the tables of the report.

const whole = new Intl.NumberFormat("en");
const counted = (n, noun) => `${whole.format(n)} ${noun}${n === 1 ? "" : "s"}`;

/** A score kept in thousandths, with its sign. */
function signed(thousandths) {
  if (thousandths === null) return "–";
  const shown = (Math.abs(thousandths) / 1000).toFixed(2);
  if (Number(shown) === 0) return shown;
  return `${thousandths < 0 ? "−" : "+"}${shown}`;
}

const human = (name) => name.replaceAll("_", " ");

/** Languages by their names in English, as far as the browser knows them; asking takes long. */
const languageNames = block.languages.map(({ name, tag }) => {
  try {
    const shown = new Intl.DisplayNames("en", { type: "language" }).of(tag);
    return shown && shown !== tag ? `${shown} (${name})` : name || "not known";
  } catch {
    return name || "not known";
  }
});

/** The direction of a figure in words. */
function direction(row) {
  if (!figures.n_related[row]) return "none related";
  return figures.n_sided[row] ? `direction ${figures.word("direction", row)}` : "takes no side";
}

/** A figure with its interval, if it has one. */
function withInterval(row, quantity) {
  return [figures.word(quantity, row), figures.word(`${quantity}_interval`, row)]
    .filter(Boolean).join(" ");
}
