// The marks of a text as a table: their labels can be changed, comments written, marks shown and taken away.

import type { Mark } from "./spans";

interface Does {
  show: (mark: Mark) => void;
  drop: (mark: Mark) => void;
  label: (mark: Mark, label: string) => boolean;
  comment: (mark: Mark, comment: string) => void;
  back: (mark: Mark) => void;
}

export class SpanList {
  private readonly rows = new WeakMap<Mark, HTMLElement>();

  constructor(
    private readonly root: HTMLElement,
    private readonly does: Does,
  ) {}

  /** Come to where a mark's comment is written, where marks have comments. */
  comment(mark: Mark | undefined): void {
    if (mark) this.rows.get(mark)?.querySelector<HTMLElement>("[data-part=comment]")?.focus();
  }

  draw(marks: Mark[], text: string): void {
    const table = this.root.querySelector<HTMLTableElement>("[data-part=list]");
    const row = this.root.querySelector("template")?.content.firstElementChild;
    if (!table || !row) return;
    table.hidden = marks.length === 0;
    const body = table.tBodies[0];
    if (!body) return;
    const rows = marks.map((mark) => {
      const made = this.rows.get(mark) ?? (row.cloneNode(true) as HTMLElement);
      if (!this.rows.has(mark)) this.fill(made, mark, text);
      this.rows.set(mark, made);
      return made;
    });
    // Only what changed is touched: a table of many rows is laid out slowly.
    for (const old of [...body.children]) if (!rows.includes(old as HTMLElement)) old.remove();
    rows.forEach((each, at) => body.children[at] !== each && body.insertBefore(each, body.children[at] ?? null));
  }

  private fill(row: HTMLElement, mark: Mark, text: string): void {
    const part = (name: string): HTMLElement | null => row.querySelector(`[data-part=${name}]`);
    const quoted = text.slice(mark.start, mark.end);
    const quote = part("quote");
    if (quote) quote.textContent = quoted;
    const select = part("label");
    if (select instanceof HTMLSelectElement) {
      select.value = mark.label;
      select.addEventListener("change", () => {
        if (!this.does.label(mark, select.value)) select.value = mark.label;
      });
    }
    const comment = part("comment");
    if (comment instanceof HTMLTextAreaElement) {
      comment.value = mark.comment;
      comment.addEventListener("input", () => this.does.comment(mark, comment.value));
      comment.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.metaKey || event.isComposing) return;
        event.preventDefault();
        this.does.back(mark);
      });
    }
    for (const name of ["show", "drop"] as const) {
      const button = part(name);
      button?.setAttribute("aria-label", `${button.textContent ?? ""}: ${quoted.slice(0, 80)}`);
      button?.addEventListener("click", () => this.does[name](mark));
    }
  }
}
