// Source by proposition: the figures of the report for the voice chosen, and how many paragraphs
// match. Choosing a cell chooses its paragraphs. The heat map of the report leads here too.

/** The voice whose figures can be shown, or null where several are asked for at once. */
const singleVoice = (choice) => (choice.voice >= 0 ? choice.voice : null);

/** What a cell of the map says; figures never change with language, search or label. */
function cellWords(choice, source, proposition, { cells, sizes }) {
  const voice = singleVoice(choice);
  const own = figureOf(source, proposition, OWN_VOICE);
  const row = figureOf(source, proposition, voice ?? OWN_VOICE);
  const matching = cells[source * nPropositions + proposition];
  const small = (row ?? own) === undefined || figures.small[row ?? own];
  const counts = {
    count: `${whole.format(matching)} of ${whole.format(sizes[source])}`,
    flag: small ? "small sample" : null,
  };
  if (voice === null) return counts;
  if (row === undefined) return { ...counts, direction: "none related" };
  return {
    ...counts,
    salience: figures.word("salience", row),
    direction: direction(row),
    ground: figures.word("ground", row),
    ink: figures.word("ink", row),
  };
}

function mapCell(choice, source, proposition, result, choose) {
  const words = cellWords(choice, source, proposition, result);
  const chosen = choice.source === source && choice.proposition === proposition;
  const button = el("button", { type: "button", class: "cell", "aria-pressed": String(chosen) },
    el("span", { class: "unseen" },
      bdi(block.sources[source]), `, ${block.propositions[proposition].label}: `),
    words.salience ? el("b", {}, words.salience) : null,
    words.direction ? el("span", {}, " ", words.direction) : null,
    el("span", {}, " ", words.salience ? words.count : el("b", {}, words.count),
      words.flag ? " · " : null, words.flag ? el("span", { class: "flag" }, words.flag) : null));
  if (words.ground) {
    button.style.setProperty("--ground", words.ground);
    button.style.setProperty("--words", words.ink);
    button.classList.add("sided");
  }
  button.addEventListener("click", () => choose(
    chosen ? { source: ANY, proposition: ANY } : { source, proposition }));
  return button;
}

/** Sets the table of the map anew; the cell that had the focus keeps it. */
function setMap(table, choice, result, choose) {
  const focused = [...table.querySelectorAll("button")].indexOf(document.activeElement);
  const rows = block.sources.map((_, source) => block.propositions.map(
    (__, proposition) => mapCell(choice, source, proposition, result, choose)));
  table.replaceChildren(
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Source"),
      ...block.propositions.map(({ label }) => el("th", { scope: "col" }, bdi(label))))),
    el("tbody", {}, ...rows.map((cells, source) => el("tr", {},
      el("th", { scope: "row" }, bdi(block.sources[source])),
      ...cells.map((cell) => el("td", {}, cell))))));
  byId("explore-map-words").textContent = mapWords(choice);
  roving(rows);
  const again = focused < 0 ? null : table.querySelectorAll("button")[focused];
  if (again) {
    for (const cell of rows.flat()) cell.setAttribute("tabindex", cell === again ? "0" : "-1");
    again.focus();
  }
}

function mapWords(choice) {
  const voice = singleVoice(choice);
  const counts = "paragraphs that match, out of those of the source";
  if (voice === null) return `In each cell: ${counts}. Choose one voice to see its figures.`;
  return `In each cell, for ${block.holders[voice].label}: share of paragraphs related and direction,`
    + ` over all languages, as in the tables; ${counts}.`;
}

/** The figures of the chosen cell, a row per voice, each with its sizes and its warning. */
function figuresOfCell(choice) {
  if (choice.source === ANY || choice.proposition === ANY) return [];
  const voice = singleVoice(choice);
  const rows = block.holders
    .map((_, holder) => figureOf(choice.source, choice.proposition, holder))
    .filter((row) => row !== undefined && (voice === null || figures.holder[row] === voice));
  if (!rows.length) return [el("p", { class: "nothing" }, "The report has no figure of this cell.")];
  const heads = ["Voice", "Salience", "Side-taking", "Direction", "Sided / related / all",
    "Independent documents (all)", "Beware"];
  const sizes = (row) => ["n_sided", "n_related", "n_paragraphs"]
    .map((name) => whole.format(figures[name][row])).join(" / ");
  return [el("table", { class: "of-cell" },
    el("caption", {}, bdi(block.sources[choice.source]),
      ` on ${block.propositions[choice.proposition].label}, as in the tables`),
    el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, ...rows.map((row) => el("tr", {},
      el("th", { scope: "row" }, bdi(block.holders[figures.holder[row]].label)),
      ...["salience", "side_taking", "direction"].map(
        (quantity) => el("td", { class: "n" }, withInterval(row, quantity))),
      el("td", { class: "n" }, sizes(row)),
      el("td", { class: "n" }, `${figures.n_independent[row]} (${figures.n_documents[row]})`),
      el("td", { class: "why" },
        figures.small[row] ? el("span", { class: "flag" }, "small sample") : null,
        figures.small[row] ? " " : null, figures.word("reason", row) || null)))))];
}

/** Makes the cells of the heat map in the report lead to their paragraphs. */
function openHeatmap(choose) {
  const svg = document.querySelector("#figure-heatmap svg");
  if (!svg) return;
  const rows = block.sources.map((source, i) => block.propositions.map((proposition, j) => {
    const drawn = svg.querySelector(`#heatmap-cell-${i}-${j}`);
    if (!drawn) return null;
    const row = figureOf(i, j, OWN_VOICE);
    const found = row === undefined ? "not measured"
      : `${figures.word("salience", row)}, ${direction(row)}${figures.small[row] ? ", small sample" : ""}`;
    const cover = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const { x, y, width, height } = drawn.getBBox();
    const attributes = {
      x, y, width, height, class: "cover", fill: "transparent", role: "button",
      "aria-label": `${source}, ${proposition.label}: ${found}. Read its paragraphs.`,
    };
    for (const [name, value] of Object.entries(attributes)) cover.setAttribute(name, value);
    const read = () => choose({
      ...NOTHING_CHOSEN, source: i, proposition: j, voice: OWN_VOICE,
    });
    cover.addEventListener("click", read);
    cover.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        read();
      }
    });
    svg.append(cover);
    return cover;
  }).filter(Boolean)).filter((row) => row.length);
  if (!rows.length) return;
  svg.setAttribute("role", "group");  // an image has no parts that can be reached
  roving(rows);
  svg.closest("figure").querySelector("figcaption").append(
    el("span", { class: "hint" }, " Choose a cell to read its paragraphs."));
}
