// Which paragraphs are asked for, in which order. All of them are looked at on every change.

const ANY = -1;
const ANY_HOLDER = -2;

const NOTHING_CHOSEN = Object.freeze({
  proposition: ANY, source: ANY, voice: ANY, label: "related", mode: ANY, language: ANY,
  counted: true, query: "", sort: "reading",
});

/** What a stance must be to match; by name of the choice. */
const LABELS = {
  related: (label) => label !== UNRELATED,
  sided: (label) => block.labels[label] === "favor" || block.labels[label] === "against",
  any: () => true,
  ...Object.fromEntries(block.labels.map((name, at) => [name, (label) => label === at])),
};

let folded = null;

/** All words of each paragraph that can be searched, in small letters; made once. */
function haystack() {
  folded ??= paragraphs.text.map((text, at) => {
    const document = paragraphs.document[at];
    const words = [text, paragraphs.word("lead_in", at), documents.title[document],
      documents.id[document]];
    return words.join("\n").toLowerCase();
  });
  return folded;
}

/** The parts of a query that must all occur: words, or phrases between quotation marks. */
function needles(query) {
  const found = query.toLowerCase().match(/"[^"]+"|[^\s"]+/g) ?? [];
  return found.map((part) => part.replaceAll('"', ""));
}

/** Whether the stance in `row` is one that the choice asks for, whatever the proposition. */
function stanceMatches(row, choice, fits) {
  const { voice, mode } = choice;
  const holder = stances.holder[row];
  if (voice === ANY_HOLDER ? holder === OWN_VOICE : voice !== ANY && holder !== voice) return false;
  return (mode === ANY || stances.mode[row] === mode) && fits(stances.label[row]);
}

/** Rows of stances of a paragraph that match the choice, the proposition included. */
function matchingStances(paragraph, choice) {
  const rows = [];
  for (let row = stancesFrom[paragraph]; row < stancesFrom[paragraph + 1]; row += 1) {
    const asked = choice.proposition === ANY || stances.proposition[row] === choice.proposition;
    if (asked && stanceMatches(row, choice, LABELS[choice.label])) rows.push(row);
  }
  return rows;
}

/**
 * Everything that matches.
 *
 * `found`: paragraphs in the order asked for. `cells`: matching paragraphs by source and
 * proposition, whichever of these is chosen. `sizes`: paragraphs per source in the language and of
 * the kinds chosen, matching or not: what the counts are out of.
 */
function select(choice) {
  const cells = new Uint32Array(block.sources.length * nPropositions);
  const sizes = new Uint32Array(block.sources.length);
  const found = [];
  const counted = block.kinds.map((kind) => kind.counted || !choice.counted);
  const wanted = needles(choice.query);
  const texts = wanted.length ? haystack() : [];
  const fits = LABELS[choice.label];
  for (let at = 0; at < nParagraphs; at += 1) {
    if (!counted[paragraphs.kind[at]]) continue;
    if (choice.language !== ANY && paragraphs.language[at] !== choice.language) continue;
    const source = documents.source[paragraphs.document[at]];
    sizes[source] += 1;
    if (!wanted.every((part) => texts[at].includes(part))) continue;
    let last = -1;
    let matches = false;
    for (let row = stancesFrom[at]; row < stancesFrom[at + 1]; row += 1) {
      const proposition = stances.proposition[row];
      if (proposition === last || !stanceMatches(row, choice, fits)) continue;
      last = proposition;
      cells[source * nPropositions + proposition] += 1;
      matches ||= choice.proposition === ANY || choice.proposition === proposition;
    }
    if (matches && (choice.source === ANY || choice.source === source)) found.push(at);
  }
  return { found: sorted(found, choice), cells, sizes };
}

/** The paragraphs in the order of the choice; those that tie stay in reading order. */
function sorted(found, choice) {
  const keys = {
    favor: (row) => -stances.score[row],
    against: (row) => stances.score[row],
    surest: (row) => stances.p_unrelated[row],
  };
  if (choice.sort === "newest" || choice.sort === "oldest") {
    const sign = choice.sort === "newest" ? -1 : 1;
    const date = (at) => documents.word("date", paragraphs.document[at]);
    return found.sort((a, b) => {
      const [one, two] = [date(a), date(b)];
      if (one === two) return a - b;
      return one && two ? (one < two ? -sign : sign) : one ? -1 : 1;  // without a date: last
    });
  }
  const key = keys[choice.sort];
  if (!key) return found;
  const best = new Map(found.map((at) => [at, Math.min(...matchingStances(at, choice).map(key))]));
  return found.sort((a, b) => best.get(a) - best.get(b) || a - b);
}
