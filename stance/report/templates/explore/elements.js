// Making elements. Text is only ever set as text.

const byId = (id) => document.getElementById(id);

/** An element with attributes and children; null and false are left out. */
function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false && value !== undefined) {
      made.setAttribute(name, value === true ? "" : value);
    }
  }
  made.append(...children.filter((child) => child !== null && child !== false));
  return made;
}

/** A name from the texts, which keeps its own direction to itself. */
const bdi = (text) => el("bdi", {}, text);

/** Attributes of words in a language of their own. */
const inLanguage = (language) => ({ dir: "auto", lang: block.languages[language].tag || null });

/** Lets arrow keys, Home and End move among the elements of a grid; Tab enters and leaves it. */
function roving(rows) {
  const all = rows.flat();
  const to = (element) => {
    if (!element) return;
    for (const other of all) other.setAttribute("tabindex", other === element ? "0" : "-1");
    element.focus();
  };
  all.forEach((element, at) => element.setAttribute("tabindex", at ? "-1" : "0"));
  rows.forEach((row, i) => row.forEach((element, j) => {
    element.addEventListener("keydown", (event) => {
      const next = {
        ArrowRight: () => row[j + 1], ArrowLeft: () => row[j - 1],
        ArrowDown: () => rows[i + 1]?.[j], ArrowUp: () => rows[i - 1]?.[j],
        Home: () => row[0], End: () => row.at(-1),
      }[event.key];
      if (!next) return;
      event.preventDefault();
      to(next());
    });
  }));
}
