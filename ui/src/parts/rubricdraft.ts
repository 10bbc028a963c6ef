// A rubric that is written: rows as in an outline, their sums, and hints on the words from the server. One hidden field
// holds the rows as JSON, [[level, text, weight, tags, steps]], and is what is sent.

import { changed } from "./walk";

const HINTS_MS = 900; // after so long without a key
const ROWS_AT_FIRST = 3;

type Row = [number, string, string, string, string];
type Hint = { place: number | null; text: string; quote: string };
type Field = HTMLTextAreaElement | HTMLInputElement;

export function startRubricdraft(box: HTMLFieldSetElement): void {
  const list = box.querySelector<HTMLElement>("[data-part=rows]");
  const pattern = box.querySelector("template")?.content.firstElementChild;
  const kept = box.querySelector<HTMLInputElement>("[data-part=kept]");
  if (list && pattern && kept) new Outline(box, list, pattern, kept).start();
}

class Outline {
  private readonly levels: number;
  private timer = 0;
  private asked = 0;
  private hinted = -1;
  private made = 0;
  private lintedAs = "";

  constructor(
    private readonly box: HTMLFieldSetElement,
    private readonly list: HTMLElement,
    private readonly pattern: Element,
    private readonly kept: HTMLInputElement,
  ) {
    this.levels = Number(box.dataset.levels ?? "1");
  }

  start(): void {
    for (const part of ["how", "add"]) this.part(part)?.removeAttribute("hidden");
    for (const row of this.rows()) {
      this.own(row);
      if (blank(row)) row.remove();
    }
    this.part("add")?.addEventListener("click", () => this.add(this.rows().at(-1) ?? null));
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("input", () => this.update());
    this.list.addEventListener("click", (event) => {
      const button = (event.target as HTMLElement).closest<HTMLElement>("[data-act]");
      const row = button?.closest<HTMLElement>("[data-row]");
      if (!button || !row) return;
      if (button.dataset.act === "drop") this.drop(row);
      else this.shift(row, button.dataset.act === "in" ? 1 : -1);
    });
    this.box.form?.addEventListener("draft-restored", () => this.load());
    this.load();
  }

  private part(name: string): HTMLElement | null {
    return this.box.querySelector(`:scope > [data-part=${name}], :scope > :not(template, .outline-rows) [data-part=${name}]`);
  }

  private rows(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>("[data-row]")];
  }

  /** A row is sent with all of them; its buttons do what its list of levels did. */
  private own(row: HTMLElement): void {
    for (const field of row.querySelectorAll("[name]")) field.removeAttribute("name");
    const level = row.querySelector<HTMLElement>("[data-part=level]")?.closest("label");
    if (level) level.hidden = true;
    row.querySelector("[data-part=acts]")?.removeAttribute("hidden");
    const hints = row.querySelector<HTMLElement>("[data-part=hints]");
    if (hints) {
      this.made += 1;
      hints.id = `${this.box.id}-hints-${this.made}`;
      field(row, "text")?.setAttribute("aria-describedby", hints.id);
    }
  }

  private make(row: Row): HTMLElement {
    const made = this.pattern.cloneNode(true) as HTMLElement;
    const [level, ...texts] = row;
    for (const [place, name] of ["text", "weight", "tags", "steps"].entries()) {
      const into = field(made, name);
      if (into) into.value = texts[place] ?? "";
    }
    if (texts[2] || texts[3]) made.querySelector("details")?.setAttribute("open", "");
    this.own(made);
    setLevel(made, level);
    return made;
  }

  private load(): void {
    let rows: Row[] = [];
    try {
      rows = JSON.parse(this.kept.value || "null") as Row[] | null ?? [];
    } catch {
      rows = []; // nothing of ours
    }
    if (rows.length > 0) this.list.replaceChildren(...rows.map((row) => this.make(row)));
    while (this.rows().length < ROWS_AT_FIRST) this.list.append(this.make([1, "", "", "", ""]));
    this.update();
  }

  private key(event: KeyboardEvent): void {
    const text = event.target as HTMLElement;
    const row = text.closest<HTMLElement>("[data-row]");
    if (!row || event.isComposing || event.ctrlKey || event.metaKey) return;
    const does = event.altKey ? this.moves(row, event) : this.writes(row, text, event);
    if (!does) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  }

  private moves(row: HTMLElement, event: KeyboardEvent): (() => void) | null {
    if (event.code === "BracketRight" || event.code === "BracketLeft") {
      return this.levels > 1 ? () => this.shift(row, event.code === "BracketRight" ? 1 : -1) : null;
    }
    if (event.key === "ArrowUp" || event.key === "ArrowDown") return () => this.move(row, event.key === "ArrowUp");
    return null;
  }

  private writes(row: HTMLElement, text: HTMLElement, event: KeyboardEvent): (() => void) | null {
    const part = text.dataset.part ?? "";
    if (event.key === "Enter" && !event.shiftKey && ["text", "weight", "tags"].includes(part)) return () => this.add(row);
    if (event.key === "Backspace" && part === "text" && blank(row) && this.rows().length > 1) return () => this.drop(row);
    return null;
  }

  private add(after: HTMLElement | null): void {
    const made = this.make([after ? levelOf(after) : 1, "", "", "", ""]);
    if (after) after.after(made);
    else this.list.append(made);
    this.tell();
    field(made, "text")?.focus();
  }

  private drop(row: HTMLElement): void {
    const all = this.rows();
    const next = all[all.indexOf(row) - 1] ?? all[1];
    row.remove();
    if (!next) this.list.append(this.make([1, "", "", "", ""]));
    this.tell();
    const said = this.part("said");
    if (said) said.textContent = said.dataset.gone ?? "";
    field(next ?? (this.rows()[0] as HTMLElement), "text")?.focus();
  }

  /** A row and the deeper ones below it. */
  private block(row: HTMLElement): HTMLElement[] {
    const all = this.rows();
    const from = all.indexOf(row);
    const end = all.findIndex((each, at) => at > from && levelOf(each) <= levelOf(row));
    return all.slice(from, end < 0 ? all.length : end);
  }

  private shift(row: HTMLElement, by: number): void {
    const block = this.block(row);
    const before = this.rows()[this.rows().indexOf(row) - 1];
    const most = Math.max(...block.map(levelOf)) + by;
    if (levelOf(row) + by < 1 || most > this.levels) return;
    if (by > 0 && (!before || levelOf(before) < levelOf(row))) return; // nothing above that could hold it
    for (const each of block) setLevel(each, levelOf(each) + by);
    this.tell();
  }

  private move(row: HTMLElement, up: boolean): void {
    const block = this.block(row);
    const all = this.rows();
    const focused = document.activeElement as HTMLElement | null;
    if (up) {
      const earlier = all.slice(0, all.indexOf(row)).reverse();
      const target = earlier.find((each) => levelOf(each) <= levelOf(row));
      if (!target) return;
      target.before(...block);
    } else {
      const next = all[all.indexOf(block.at(-1) as HTMLElement) + 1];
      if (!next) return;
      (this.block(next).at(-1) as HTMLElement).after(...block);
    }
    focused?.focus();
    this.tell();
  }

  private tell(): void {
    this.update();
    changed(this.kept);
  }

  private update(): void {
    let above = 0;
    for (const [place, row] of this.rows().entries()) {
      setLevel(row, Math.min(levelOf(row), above + 1));
      row.setAttribute("aria-label", `${row.dataset.name ?? ""} ${place + 1}`);
      if (!blank(row)) above = levelOf(row);
    }
    const filled = this.rows().filter((row) => !blank(row));
    const rows = filled.map(said);
    this.kept.value = rows.length > 0 ? JSON.stringify(rows) : "";
    this.count(filled, rows);
    if (this.kept.value !== this.lintedAs) this.soon();
  }

  private count(filled: HTMLElement[], rows: Row[]): void {
    let [many, points, faults] = [0, 0, 0];
    for (const [place, row] of rows.entries()) {
      const group = (rows[place + 1]?.[0] ?? 0) > row[0];
      const weight = filled[place]?.querySelector<HTMLElement>(".outline-weight");
      if (weight) weight.classList.toggle("unused", group && this.box.dataset.scoring === "points");
      filled[place]?.classList.toggle("group", group);
      if (group) continue;
      many += 1;
      const worth = Number(plain(row[2]));
      if (worth > 0) points += worth;
      if (worth < 0) faults += worth;
    }
    for (const [name, value] of Object.entries({ n: many, points, faults })) {
      const out = this.part(name);
      if (out) out.textContent = String(value);
    }
  }

  private soon(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.lint(), HINTS_MS);
  }

  private async lint(): Promise<void> {
    const address = this.box.dataset.hints;
    if (!address) return;
    const [number, sent] = [(this.asked += 1), this.kept.value];
    const question = this.box.dataset.question ?? "";
    const token = this.box.form?.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
    try {
      const answer = await fetch(address, {
        method: "POST",
        credentials: "same-origin",
        headers: { "X-CSRFToken": token },
        body: new URLSearchParams({ [`answer.${question}.outline`]: sent }),
      });
      if (!answer.ok || number !== this.asked) return;
      this.lintedAs = sent;
      this.show(((await answer.json()) as { hints: Record<string, Hint[]> }).hints[question] ?? []);
    } catch {
      // offline: the rubric can be written without hints
    }
  }

  private show(hints: Hint[]): void {
    const rows = this.rows().filter((row) => !blank(row));
    for (const [place, row] of rows.entries()) {
      fill(
        row.querySelector("[data-part=hints]"),
        hints.filter((hint) => hint.place === place),
      );
    }
    fill(
      this.part("whole"),
      hints.filter((hint) => hint.place === null),
    );
    const out = this.part("said");
    if (out && hints.length !== this.hinted) out.textContent = `${out.dataset.hintsSaid ?? ""} ${hints.length}`;
    this.hinted = hints.length;
  }
}

function field(row: HTMLElement, name: string): Field | null {
  return row.querySelector<Field>(`[data-part=${name}]`);
}

function said(row: HTMLElement): Row {
  const value = (name: string): string => field(row, name)?.value ?? "";
  return [levelOf(row), value("text"), value("weight"), value("tags"), value("steps")];
}

function blank(row: HTMLElement): boolean {
  return said(row)
    .slice(1)
    .every((part) => String(part).trim() === "");
}

function levelOf(row: HTMLElement): number {
  return Number(/\blevel-(\d)/.exec(row.className)?.[1] ?? "1");
}

function setLevel(row: HTMLElement, level: number): void {
  if (level === levelOf(row)) return;
  row.className = row.className.replace(/\blevel-\d/, `level-${Math.max(1, level)}`);
}

/** The digits of any language, and every sign that is a minus, as a number is written in code. */
function plain(typed: string): string {
  return typed
    .replace(/[\u2212\u2013\ufe63\uff0d]/g, "-")
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 15))
    .replace(/[+\u200e\u200f\s]/g, "");
}

function fill(list: Element | null, hints: Hint[]): void {
  if (!(list instanceof HTMLElement)) return;
  list.hidden = hints.length === 0;
  list.replaceChildren(
    ...hints.map((hint) => {
      const item = document.createElement("li");
      item.append(hint.text);
      if (hint.quote) {
        const quote = document.createElement("q");
        quote.dir = "auto";
        quote.textContent = hint.quote;
        item.append(" ", quote);
      }
      return item;
    }),
  );
}
