// The exploration part: choices in, paragraphs out. Without this script the report is whole.

const PER_PAGE = 20;
const PATIENCE = 120;  // milliseconds without a key before a search begins

let choice = { ...NOTHING_CHOSEN };
let page = 0;
let result = null;

const CONTROLS = {
  proposition: [[ANY, "any"], ...block.propositions.map(({ label }, at) => [at, label])],
  source: [[ANY, "any"], ...block.sources.map((name, at) => [at, name])],
  voice: [[ANY, "any"], ...block.holders.map(({ label }, at) => [at, label])],
  label: [["related", "related"], ["sided", "takes a side"], ["favor", "favor"],
    ["against", "against"], ["neutral", "neutral"], ["unrelated", "unrelated"], ["any", "any"]],
  mode: [[ANY, "said or imputed"], ...block.modes.slice(1).map((name, at) => [at + 1, name])],
  language: [[ANY, "any"], ...languageNames.map((name, at) => [at, name])],
  sort: [["reading", "reading order"], ["favor", "most in favor first"],
    ["against", "most against first"], ["surest", "surest related first"],
    ["newest", "newest first"], ["oldest", "oldest first"]],
};
CONTROLS.voice.splice(2, 0, [ANY_HOLDER, "any holder"]);

const control = (name) => byId(`explore-${name}`);
const isWord = (name) => name === "label" || name === "sort";

/** Shows in the controls what is chosen. */
function setControls() {
  for (const name of Object.keys(CONTROLS)) control(name).value = String(choice[name]);
  control("headings").checked = !choice.counted;
  if (control("query").value.trim() !== choice.query) control("query").value = choice.query;
}

function setList() {
  const list = byId("explore-list");
  const pages = Math.max(1, Math.ceil(result.found.length / PER_PAGE));
  const shown = result.found.slice(page * PER_PAGE, (page + 1) * PER_PAGE);
  list.replaceChildren(...shown.map((paragraph) => card(paragraph, choice)));
  if (!shown.length) list.append(el("p", { class: "nothing" }, "No paragraph matches."));
  byId("explore-page").textContent = `Page ${whole.format(page + 1)} of ${whole.format(pages)}`;
  byId("explore-back").disabled = page === 0;
  byId("explore-next").disabled = page + 1 >= pages;
  highlightHits(list, choice.query);
}

function setCount() {
  const of = result.sizes.reduce((sum, n, source) => (
    choice.source === ANY || choice.source === source ? sum + n : sum), 0);
  byId("explore-count").textContent =
    `${whole.format(result.found.length)} of ${counted(of, "paragraph")} match.`;
}

/** Takes a change of the choice and shows what follows from it. */
function choose(change) {
  choice = { ...choice, ...change };
  page = 0;
  result = select(choice);
  setControls();
  setCount();
  setMap(byId("explore-map"), choice, result, choose);
  byId("explore-figures").replaceChildren(...figuresOfCell(choice));
  setList();
}

function turn(by) {
  page += by;
  setList();
  const heading = byId("explore-found");
  heading.focus({ preventScroll: true });
  heading.scrollIntoView();
}

/** From a figure of the report to its paragraphs; going back leads to the figure again. */
function read(change) {
  choose(change);
  location.hash = "explore-figures";
  byId("explore-figures").scrollIntoView();  // a hash that is there already leads nowhere
  byId("explore-found").focus({ preventScroll: true });
}

function wire() {
  for (const [name, options] of Object.entries(CONTROLS)) {
    control(name).append(...options.map(([value, words]) => el("option", { value }, words)));
    control(name).addEventListener("change", (event) => {
      const { value } = event.target;
      choose({ [name]: isWord(name) ? value : Number(value) });
    });
  }
  control("headings").addEventListener("change", (event) => {
    choose({ counted: !event.target.checked });
  });
  let waiting = 0;
  control("query").addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => choose({ query: event.target.value.trim() }), PATIENCE);
  });
  byId("explore-clear").addEventListener("click", () => choose(NOTHING_CHOSEN));
  byId("explore-back").addEventListener("click", () => turn(-1));
  byId("explore-next").addEventListener("click", () => turn(1));
  byId("explore-save").addEventListener("click", () => {
    const name = `stances${block.validated ? "" : "-not-validated"}.csv`;
    save(name, "text/csv", csv(selectionRows(result.found, choice)));
  });
}

offerDownloads();
if (nParagraphs) {
  wire();
  choose({});
  openHeatmap(read);
  for (const part of document.querySelectorAll("#explore, .to-explore")) part.hidden = false;
  // The first search need not wait for small letters.
  (globalThis.requestIdleCallback ?? setTimeout)(() => haystack());
}
