// The marks of a picture as a table: what each is and where, to be read, mended by numbers, shown and taken away.

import type { Region } from "./regions-shape";

interface Does {
  show: (mark: Region) => void;
  drop: (mark: Region) => void;
  label: (mark: Region, label: string) => boolean;
  place: (mark: Region, text: string) => boolean;
  comment: (mark: Region, comment: string) => void;
}

export class RegionList {
  private readonly rows = new WeakMap<Region, HTMLElement>();

  constructor(
    private readonly root: HTMLElement,
    private readonly does: Does,
  ) {}

  /** Come to where a mark's comment is written, where marks have comments. */
  comment(mark: Region): void {
    this.rows.get(mark)?.querySelector<HTMLElement>("[data-part=comment]")?.focus();
  }

  draw(marks: Region[], chosen: Region | null): void {
    const table = this.root.querySelector<HTMLTableElement>("[data-part=list]");
    const row = this.root.querySelector("template")?.content.firstElementChild;
    const body = table?.tBodies[0];
    if (!table || !row || !body) return;
    table.hidden = marks.length === 0;
    const rows = marks.map((mark) => {
      const made = this.rows.get(mark) ?? (row.cloneNode(true) as HTMLElement);
      if (!this.rows.has(mark)) this.fill(made, mark);
      this.rows.set(mark, made);
      made.classList.toggle("chosen", mark === chosen);
      const at = made.querySelector<HTMLInputElement>("[data-part=at]");
      const label = made.querySelector<HTMLSelectElement>("[data-part=label]");
      if (at && document.activeElement !== at) at.value = mark.at.join(" ");
      if (label) label.value = mark.label;
      return made;
    });
    for (const old of [...body.children]) if (!rows.includes(old as HTMLElement)) old.remove();
    rows.forEach((each, at) => body.children[at] !== each && body.insertBefore(each, body.children[at] ?? null));
  }

  private fill(row: HTMLElement, mark: Region): void {
    const part = (name: string): HTMLElement | null => row.querySelector(`[data-part=${name}]`);
    for (const kind of row.querySelectorAll<HTMLElement>("[data-kind]")) kind.hidden = kind.dataset.kind !== mark.kind;
    const [label, at, comment] = [part("label"), part("at"), part("comment")];
    label?.addEventListener("change", () => {
      if (label instanceof HTMLSelectElement && !this.does.label(mark, label.value)) label.value = mark.label;
    });
    if (at instanceof HTMLInputElement) {
      at.addEventListener("input", () => at.setAttribute("aria-invalid", String(!this.does.place(mark, at.value))));
      at.addEventListener("blur", () => {
        at.value = mark.at.join(" ");
        at.removeAttribute("aria-invalid");
      });
    }
    if (comment instanceof HTMLTextAreaElement) {
      comment.value = mark.comment;
      comment.addEventListener("input", () => this.does.comment(mark, comment.value));
      comment.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.metaKey || event.isComposing) return;
        event.preventDefault();
        this.does.show(mark);
      });
    }
    for (const name of ["show", "drop"] as const) {
      const button = part(name);
      button?.setAttribute("aria-label", `${button.textContent ?? ""}: ${mark.at.join(" ").slice(0, 40)}`);
      button?.addEventListener("click", () => this.does[name](mark));
    }
  }
}
