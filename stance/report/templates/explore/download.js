// Figures as SVG, tables and the selection as CSV, made here: nothing is fetched.

function save(name, type, text) {
  const link = el("a", {
    href: URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` })), download: name,
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Whether a cell is a plain number, for which a sign is no formula. */
const NUMBER = /^[+-]?[\d.,]+%?$/;

/** A cell of a CSV; a text that a spreadsheet would take for a formula gets an apostrophe. */
function csvCell(value) {
  let text = String(value ?? "");
  if (/^\s*[=+\-@＝＋－＠]|^[\t\r\n]/.test(text) && !NUMBER.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** RFC 4180, with the mark by which spreadsheets know UTF-8. */
const csv = (rows) => `\ufeff${rows.map((row) => row.map(csvCell).join(",")).join("\r\n")}\r\n`;

/** A table of the page: intervals and notes in columns of their own. */
function tableRows(figure) {
  const table = figure.querySelector("table");
  const notes = new Map([...figure.querySelectorAll(".notes li")].map((item) => {
    const letter = item.querySelector("sup")?.textContent ?? "";
    return [letter, item.textContent.trim().slice(letter.length).trim()];
  }));
  const body = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => {
    const own = cell.cloneNode(true);
    const taken = (selector) => {
      const found = own.querySelector(selector);
      found?.remove();
      return found?.textContent.trim() ?? "";
    };
    const below = taken("small");
    const note = taken("sup").split(", ").map((letter) => notes.get(letter) ?? "").join("; ");
    const shown = own.textContent.trim();
    const plain = (text) => (cell.classList.contains("n") ? text.replaceAll("−", "-") : text);
    return { shown: plain(shown), below: plain(below), note };
  }));
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const has = (part) => heads.map((_, at) => body.some((row) => row[at][part]));
  const [below, note] = [has("below"), has("note")];
  const spread = (cells, parts) => cells.flatMap((cell, at) => [
    parts.shown(cell), ...(below[at] ? [parts.below(cell)] : []), ...(note[at] ? [parts.note(cell)] : []),
  ]);
  const throughout = notes.has("") ? [["Note"], [notes.get("")]] : [[], []];
  return [
    [...spread(heads, { shown: (h) => h, below: (h) => `${h} (below)`, note: (h) => `${h} (note)` }),
      ...throughout[0]],
    ...body.map((row) => [...spread(row, {
      shown: (cell) => cell.shown, below: (cell) => cell.below, note: (cell) => cell.note,
    }), ...throughout[1]]),
  ];
}

/** A drawing of the page as a file of its own, in the colours of paper. */
function standalone(svg) {
  const copy = svg.cloneNode(true);
  const [, , width, height] = svg.getAttribute("viewBox").split(" ");
  for (const cover of copy.querySelectorAll(".cover")) cover.remove();
  for (const part of [copy, ...copy.querySelectorAll("*")]) {
    for (const name of ["fill", "stroke"]) {
      const theme = /^var\(--([\w-]+)\)$/.exec(part.getAttribute(name) ?? "");
      if (theme) part.setAttribute(name, block.colours[theme[1]]);
    }
  }
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const looks = { width: "100%", height: "100%", fill: block.paper };
  for (const [name, value] of Object.entries(looks)) ground.setAttribute(name, value);
  copy.prepend(ground);
  const settings = {
    xmlns: "http://www.w3.org/2000/svg", width: `${width}pt`, height: `${height}pt`, role: "img",
    "font-family": "Helvetica Neue, Helvetica, Arial, DejaVu Sans, sans-serif",
  };
  for (const [name, value] of Object.entries(settings)) copy.setAttribute(name, value);
  return new XMLSerializer().serializeToString(copy);
}

/** The stances that match, a row each, under the names of paragraph_stance.parquet. */
function selectionRows(found, choice) {
  const texts = hasText ? ["evidence", "lead_in", "text"] : ["sha256"];
  const names = ["source", "document", ...(hasText ? ["title"] : []), "date", "paragraph", "kind",
    "language", "proposition", "holder", "mode", "label", "score", "p_favor", "p_against",
    "p_neutral", "p_unrelated", ...texts];
  const rows = [names];
  const decimal = (thousandths) => (thousandths === null ? "" : thousandths / 1000);
  for (const at of found) {
    const document = paragraphs.document[at];
    const head = [block.sources[documents.source[document]], documents.id[document],
      ...(hasText ? [documents.title[document]] : []), documents.word("date", document),
      paragraphs.index[at], block.kinds[paragraphs.kind[at]].name,
      block.languages[paragraphs.language[at]].name];
    for (const row of matchingStances(at, choice)) {
      const [start, end] = stances.evidence[row];
      const tail = hasText
        ? [paragraphs.text[at].slice(start ?? 0, end ?? 0), paragraphs.word("lead_in", at),
          paragraphs.text[at]]
        : [paragraphs.sha256[at]];
      rows.push([...head, block.propositions[stances.proposition[row]].name,
        block.holders[stances.holder[row]].name, block.modes[stances.mode[row]],
        block.labels[stances.label[row]], decimal(stances.score[row]),
        ...["p_favor", "p_against", "p_neutral", "p_unrelated"].map(
          (name) => decimal(stances[name][row])), ...tail]);
    }
  }
  return rows;
}

/** Under every figure and table of the report a button that saves it. */
function offerDownloads() {
  const offer = (figure, what, run) => {
    const caption = figure.querySelector("figcaption");
    const title = caption.querySelector("b")?.textContent.replace(/\.$/, "") ?? "";
    const button = el("button", { type: "button", class: "save" }, what,
      el("span", { class: "unseen" }, ` of ${title}`));
    button.addEventListener("click", run);
    caption.append(" ", button);
  };
  for (const figure of document.querySelectorAll("figure.table")) {
    offer(figure, "CSV", () => save(`${figure.id}.csv`, "text/csv", csv(tableRows(figure))));
  }
  for (const figure of document.querySelectorAll("figure.picture")) {
    offer(figure, "SVG", () => save(
      `${figure.id}.svg`, "image/svg+xml", standalone(figure.querySelector("svg"))));
  }
}
