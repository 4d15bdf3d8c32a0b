// A paragraph as a reader needs it: whose, what it was found to say, the words in their context.

const HITS = "hits";
const hasText = block.text !== "none";
const hasContext = block.text === "full";

/** The words of a paragraph, evidence of `rows` marked, quotations shaded. */
function marked(paragraph, rows) {
  const text = paragraphs.text[paragraph];
  const quotes = paragraphs.quotes[paragraph];
  const evidence = rows.flatMap((row) => stances.evidence[row]);
  const bounds = [...new Set([0, text.length, ...quotes, ...evidence])].sort((a, b) => a - b);
  const within = (ranges, at) => {
    for (let i = 0; i < ranges.length; i += 2) {
      if (ranges[i] <= at && at < ranges[i + 1]) return true;
    }
    return false;
  };
  return bounds.slice(0, -1).map((start, i) => {
    const piece = text.slice(start, bounds[i + 1]);
    const quoted = within(quotes, start) ? el("span", { class: "quoted" }, piece) : piece;
    return within(evidence, start) ? el("mark", {}, quoted) : quoted;
  });
}

/** A stance in a few words. */
function chip(row, withProposition) {
  const label = block.labels[stances.label[row]];
  const mode = block.modes[stances.mode[row]];
  const sides = label === "favor" || label === "against" || label === "neutral";
  const looks = sides ? label : "unrelated";
  const proposition = block.propositions[stances.proposition[row]].label;
  return el("li", { class: `chip ${looks}${mode === "imputed" ? " imputed" : ""}` },
    withProposition && `${proposition}: `,
    el("b", {}, bdi(block.holders[stances.holder[row]].label)),
    ` ${label}${mode ? `, ${mode}` : ""} `,
    el("span", { class: "score" }, signed(stances.score[row])));
}

/** What was found in a paragraph on the proposition chosen, or on every one it is related to. */
function chips(paragraph, proposition) {
  const rows = [];
  for (let row = stancesFrom[paragraph]; row < stancesFrom[paragraph + 1]; row += 1) {
    const asked = proposition === ANY
      ? stances.label[row] !== UNRELATED : stances.proposition[row] === proposition;
    if (asked) rows.push(row);
  }
  return el("ul", { class: "chips" },
    ...rows.map((row) => chip(row, proposition === ANY)),
    rows.length === 0 && el("li", { class: "chip unrelated" }, "related to no proposition"));
}

/** What stands before it: the line that introduces a list, and the paragraph before. */
function before(paragraph) {
  const leadIn = paragraphs.word("lead_in", paragraph);
  const first = paragraph === paragraphsFrom[paragraphs.document[paragraph]];
  const previous = hasContext && !first ? paragraphs.text[paragraph - 1] : "";
  const language = inLanguage(paragraphs.language[paragraph]);
  return [
    leadIn && el("p", { class: "lead-in", ...language }, leadIn),
    previous && previous.trim() !== leadIn.trim()
      && el("p", { class: "previous", ...language }, previous),
  ];
}

function where(paragraph) {
  const document = paragraphs.document[paragraph];
  const date = documents.word("date", document);
  const title = documents.title[document];
  return el("p", { class: "where" },
    title && el("bdi", { class: "title" }, title), title && " · ", date && `${date} · `,
    el("code", {}, bdi(documents.id[document])),
    ` · paragraph ${paragraphs.index[paragraph]} · ${human(block.kinds[paragraphs.kind[paragraph]].name)}`,
    ` · ${languageNames[paragraphs.language[paragraph]]}`);
}

/** Filled when it is opened first: most never are. */
function unfolding(summary, fill) {
  const details = el("details", {}, el("summary", {}, summary));
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) details.append(fill());
  });
  return details;
}

/** The whole document, with the paragraph where it stands. */
function inItsText(paragraph) {
  const document = paragraphs.document[paragraph];
  const body = el("div", { class: "whole" });
  for (let at = paragraphsFrom[document]; at < paragraphsFrom[document + 1]; at += 1) {
    body.append(el("p", {
      class: `${block.kinds[paragraphs.kind[at]].name}${at === paragraph ? " here" : ""}`,
      "aria-current": at === paragraph && "true",
      ...inLanguage(paragraphs.language[at]),
    }, paragraphs.text[at]));
  }
  return body;
}

/** The versions of a paragraph in several languages, side by side. */
function sideBySide(same, choice) {
  return el("div", { class: "versions" }, ...same.map((paragraph) => el("div", {},
    el("h5", {}, languageNames[paragraphs.language[paragraph]]),
    chips(paragraph, choice.proposition),
    hasText && el("p", { class: "words", ...inLanguage(paragraphs.language[paragraph]) },
      ...marked(paragraph, matchingStances(paragraph, choice))))));
}

/** One paragraph of the list. */
function card(paragraph, choice) {
  const rows = matchingStances(paragraph, choice).filter((row) => stances.label[row] !== UNRELATED);
  const same = versionsOf(paragraph);
  const source = block.sources[documents.source[paragraphs.document[paragraph]]];
  return el("article", { class: "telling card" },
    el("h4", {}, bdi(source)),
    where(paragraph),
    chips(paragraph, choice.proposition),
    ...before(paragraph),
    hasText
      ? el("p", { class: "words", ...inLanguage(paragraphs.language[paragraph]) },
        ...marked(paragraph, rows))
      : el("p", { class: "offsets" }, "sha256 ", el("code", {}, paragraphs.sha256[paragraph])),
    hasContext && unfolding("In its text", () => inItsText(paragraph)),
    same.length > 0
      && unfolding(`In ${counted(same.length, "language")}`, () => sideBySide(same, choice)));
}

/** Underlines what was searched for, without touching the document (CSS Custom Highlight API). */
function highlightHits(root, query) {
  if (!globalThis.CSS?.highlights) return;
  const ranges = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const wanted = needles(query);
  while (wanted.length && walker.nextNode()) {
    const text = walker.currentNode.data.toLowerCase();
    if (text.length !== walker.currentNode.data.length) continue;  // a letter that grew: no place
    for (const part of wanted) {
      for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) {
        const range = new Range();
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, at + part.length);
        ranges.push(range);
      }
    }
  }
  CSS.highlights.set(HITS, new Highlight(...ranges));
}
