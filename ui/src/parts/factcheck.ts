// Claims and their sources: rows that stand empty are put away until they are asked for; a removed row closes its gap.

import { changed, quoteSelection, startWalk } from "./walk";

type Field = HTMLInputElement | HTMLTextAreaElement;

export function startFactcheck(box: HTMLElement): void {
  const walk = startWalk(box);
  const items = [...box.querySelectorAll<HTMLElement>("[data-item]")];
  const own = items.filter((item) => item.hasAttribute("data-own"));
  for (const item of items) startSources(item);

  const addClaim = box.querySelector<HTMLButtonElement>("[data-part=add-claim]");
  const tidy = (): void => {
    showFilled(own, items.length === own.length ? 1 : 0);
    if (addClaim) addClaim.hidden = own.every((item) => !item.hidden);
  };
  addClaim?.addEventListener("click", () => {
    const next = own.find((item) => item.hidden);
    if (!next) return;
    next.hidden = false;
    addClaim.hidden = own.every((item) => !item.hidden);
    next.querySelector<HTMLElement>("[data-part=text]")?.focus();
  });
  for (const item of own) {
    const drop = item.querySelector<HTMLButtonElement>("[data-part=drop-claim]");
    if (!drop) continue;
    drop.hidden = false;
    drop.addEventListener("click", () => {
      closeGap(own, item);
      for (const each of own) tidySources(each);
      tidy();
      (addClaim ?? box.querySelector<HTMLElement>("input"))?.focus();
    });
  }

  quoteSelection(box, () => {
    const item = walk.at() ?? items[0];
    const quotes = item ? [...item.querySelectorAll<HTMLTextAreaElement>("[data-source]:not([hidden]) [data-part=quoted]")] : [];
    return quotes.find((quote) => quote === document.activeElement) ?? quotes.find((quote) => !quote.value) ?? quotes.at(-1) ?? null;
  });
  box.addEventListener("change", (event) => {
    const item = (event.target as HTMLElement).closest("[data-item]");
    item?.classList.remove("missing");
    item?.querySelector(".tag.wait")?.remove();
  });
  box.closest("form")?.addEventListener("draft-restored", () => {
    for (const item of items) tidySources(item);
    tidy();
  });
  tidy();
}

function startSources(item: HTMLElement): void {
  const rows = sourcesOf(item);
  const add = item.querySelector<HTMLButtonElement>("[data-part=add-source]");
  add?.addEventListener("click", () => {
    const next = rows.find((row) => row.hidden);
    if (!next) return;
    next.hidden = false;
    offerRemoval(rows);
    add.hidden = rows.every((row) => !row.hidden);
    next.querySelector<HTMLElement>("[data-part=source]")?.focus();
  });
  for (const row of rows) {
    const drop = row.querySelector<HTMLButtonElement>("[data-part=drop-source]");
    if (!drop) continue;
    drop.addEventListener("click", () => {
      closeGap(rows, row);
      tidySources(item);
      (rows.find((each) => !each.hidden)?.querySelector<HTMLElement>("[data-part=source]") ?? add)?.focus();
    });
  }
  item.addEventListener("input", () => offerRemoval(rows));
  tidySources(item);
}

/** A row that stands alone and says nothing has nothing to remove. */
function offerRemoval(rows: HTMLElement[]): void {
  const shown = rows.filter((row) => !row.hidden);
  for (const row of shown) {
    const drop = row.querySelector<HTMLElement>("[data-part=drop-source]");
    if (drop) drop.hidden = shown.length === 1 && !said(row);
  }
}

function tidySources(item: HTMLElement): void {
  const rows = sourcesOf(item);
  showFilled(rows, 1);
  offerRemoval(rows);
  const add = item.querySelector<HTMLButtonElement>("[data-part=add-source]");
  if (add) add.hidden = rows.every((row) => !row.hidden);
}

function sourcesOf(item: HTMLElement): HTMLElement[] {
  return [...item.querySelectorAll<HTMLElement>("[data-source]")];
}

function fieldsOf(row: HTMLElement): Field[] {
  return [...row.querySelectorAll<Field>("input, textarea")];
}

function said(row: HTMLElement): boolean {
  return fieldsOf(row).some((field) => (field instanceof HTMLInputElement && field.type === "radio" ? field.checked : field.value !== ""));
}

/** Shows every row up to the last one that says something, and `least` in any case. */
function showFilled(rows: HTMLElement[], least: number): void {
  const last = rows.reduce((found, row, at) => (said(row) ? at : found), -1);
  rows.forEach((row, at) => {
    row.hidden = at > last && at >= least;
  });
}

/** What stands below moves up by one row, and the last row is emptied. */
function closeGap(rows: HTMLElement[], gone: HTMLElement): void {
  const from = rows.indexOf(gone);
  rows.slice(from).forEach((row, at) => {
    const below = rows[from + at + 1];
    const source = below ? fieldsOf(below) : [];
    fieldsOf(row).forEach((field, nth) => {
      const other = source[nth];
      if (field instanceof HTMLInputElement && field.type === "radio") field.checked = other instanceof HTMLInputElement && other.checked;
      else field.value = other?.value ?? "";
    });
  });
  const first = fieldsOf(gone)[0];
  if (first) changed(first);
}
