// The data block of the page: what was read and found, as columns. No part of it is ever markup.

const block = JSON.parse(document.getElementById("explore-data").textContent);

/** A table of the block; `word` looks up columns that are kept as numbers of strings. */
function opened({ columns, words, strings }) {
  return { ...columns, word: (name, row) => strings[words[name][row]] };
}

const documents = opened(block.documents);
const paragraphs = opened(block.paragraphs);
const stances = opened(block.stances);
const figures = opened(block.figures);

const nParagraphs = (paragraphs.text ?? []).length;
const nPropositions = block.propositions.length;
const UNRELATED = block.labels.indexOf("unrelated");
const OWN_VOICE = 0;

/** Where the rows of each begin; one more than there are, so that `[n + 1]` is the end of n. */
function beginnings(counts) {
  const starts = new Uint32Array(counts.length + 1);
  counts.forEach((count, at) => { starts[at + 1] = starts[at] + count; });
  return starts;
}

const stancesFrom = beginnings(paragraphs.stances ?? []);

const perDocument = new Array((documents.id ?? []).length).fill(0);
(paragraphs.document ?? []).forEach((at) => { perDocument[at] += 1; });
const paragraphsFrom = beginnings(perDocument);

/** Documents that are versions of one text, by the number of that text. */
const versions = new Map();
(documents.parallel ?? []).forEach((text, document) => {
  if (text >= 0) versions.set(text, [...(versions.get(text) ?? []), document]);
});

/** The same paragraph in every language that has it, itself among them. */
function versionsOf(paragraph) {
  const text = documents.parallel[paragraphs.document[paragraph]];
  if (text < 0) return [];
  const same = [];
  for (const document of versions.get(text)) {
    for (let at = paragraphsFrom[document]; at < paragraphsFrom[document + 1]; at += 1) {
      if (paragraphs.index[at] === paragraphs.index[paragraph]) same.push(at);
    }
  }
  return same.length > 1 ? same : [];
}

const figureAt = new Map();
(figures.source ?? []).forEach((source, row) => {
  figureAt.set(`${source} ${figures.proposition[row]} ${figures.holder[row]}`, row);
});

/** The row of `figures` for a cell, or undefined where the report has none. */
function figureOf(source, proposition, holder) {
  return figureAt.get(`${source} ${proposition} ${holder}`);
}
