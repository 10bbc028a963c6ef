// Marks in a text: select with mouse, touch or keys, press a label. The text can't be written in; it is editable only
// so that the browser's own caret moves through it, in every script and direction. One hidden field holds the marks as
// JSON, [[start, end, label, comment]], in code points, and is what is sent.

import { pressed } from "../keys";
import { SpanList } from "./spans-list";

export interface Mark {
  start: number; // in the text's UTF-16 units, as the page counts
  end: number;
  label: string;
  comment: string;
}

interface Line {
  start: number;
  end: number;
  element: HTMLElement | null;
  key: string; // what its element shows
}

export function startSpans(root: HTMLElement): void {
  const surface = root.querySelector<HTMLElement>("[data-part=text]");
  const kept = root.querySelector<HTMLInputElement>("[data-part=kept]");
  if (surface && kept) new Spans(root, surface, kept).start();
}

class Spans {
  private marks: Mark[] = [];
  private range = { start: 0, end: 0 }; // of the last selection in the text
  private readonly text: string;
  private readonly pairs: number[]; // where a code point stands that is two units long
  private readonly lines: Line[];
  private readonly buttons: HTMLButtonElement[];
  private readonly list: SpanList;

  constructor(
    private readonly root: HTMLElement,
    private readonly surface: HTMLElement,
    private readonly kept: HTMLInputElement,
  ) {
    this.text = surface.textContent ?? "";
    this.pairs = [...this.text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)].map((found) => found.index);
    this.lines = [...this.text.matchAll(/[^\n]*\n|[^\n]+$/g)].map((found) => ({
      start: found.index,
      end: found.index + found[0].length,
      element: null,
      key: "",
    }));
    this.buttons = [...root.querySelectorAll<HTMLButtonElement>("[data-label]")];
    this.list = new SpanList(root, {
      show: (mark) => this.select(mark.start, mark.end),
      drop: (mark) => this.drop([mark]),
      label: (mark, label) => this.relabel(mark, label),
      comment: (mark, comment) => {
        mark.comment = comment;
        this.save();
      },
      back: (mark) => this.select(mark.end, mark.end),
    });
  }

  start(): void {
    const { surface } = this;
    surface.contentEditable = "true";
    surface.spellcheck = false;
    surface.inputMode = "none";
    surface.setAttribute("role", "textbox");
    surface.setAttribute("aria-multiline", "true");
    surface.setAttribute("aria-readonly", "true");
    surface.setAttribute("aria-label", surface.dataset.name ?? "");
    surface.setAttribute("aria-describedby", surface.dataset.how ?? "");
    this.root.querySelector("[data-part=rows]")?.remove();
    for (const name of ["labels", "how", "list"]) {
      const part = this.root.querySelector<HTMLElement>(`[data-part=${name}]`);
      if (part) part.hidden = false;
    }
    surface.addEventListener("beforeinput", (event) => event.preventDefault());
    for (const name of ["drop", "cut", "paste", "dragstart"]) surface.addEventListener(name, (event) => event.preventDefault());
    // An input method may write in spite of it: what it wrote is taken out again.
    surface.addEventListener("compositionend", () => this.mend());
    surface.addEventListener("input", () => this.mend());
    surface.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("selectionchange", () => this.look());
    for (const button of this.buttons) {
      button.addEventListener("pointerdown", (event) => event.preventDefault()); // the text keeps its selection
      button.addEventListener("click", () => this.add(button.dataset.label ?? ""));
    }
    this.root.closest("form")?.addEventListener("draft-restored", () => this.load());
    this.load();
  }

  private load(): void {
    this.marks = read(this.kept.value || (this.kept.dataset.given ?? "[]"), this.text.length, this.pairs);
    if (this.marks.length > 0 || this.kept.value) this.kept.value = this.written();
    this.draw();
  }

  private written(): string {
    const point = (at: number): number => at - this.pairs.filter((pair) => pair < at).length;
    return JSON.stringify(this.marks.map((mark) => [point(mark.start), point(mark.end), mark.label, mark.comment]));
  }

  private save(): void {
    this.kept.value = this.written();
    this.kept.dispatchEvent(new Event("input", { bubbles: true }));
  }

  private changed(caret: number | null): void {
    this.marks.sort((a, b) => a.start - b.start || a.end - b.end);
    const none = this.root.querySelector<HTMLInputElement>("[data-part=none]");
    if (none && this.marks.length > 0) none.checked = false;
    this.save();
    this.draw();
    if (caret !== null) this.select(caret, caret);
  }

  private mend(): void {
    if (this.surface.textContent === this.text) return;
    this.draw();
    this.select(this.range.start, this.range.end);
  }

  // Where the selection is

  private look(): void {
    const chosen = document.getSelection();
    if (!chosen || chosen.rangeCount === 0) return;
    const found = chosen.getRangeAt(0);
    if (!this.surface.contains(found.startContainer) || !this.surface.contains(found.endContainer)) return;
    this.range = { start: this.offset(found.startContainer, found.startOffset), end: this.offset(found.endContainer, found.endOffset) };
  }

  private offset(node: Node, at: number): number {
    const before = document.createRange();
    before.setStart(this.surface, 0);
    before.setEnd(node, at);
    return before.toString().length;
  }

  private select(start: number, end: number): void {
    this.surface.focus({ preventScroll: true });
    const [from, to] = [this.place(start), this.place(end)];
    document.getSelection()?.setBaseAndExtent(from[0], from[1], to[0], to[1]);
    this.range = { start, end };
    const element = from[0] instanceof Element ? from[0] : from[0].parentElement;
    if (element !== this.surface) element?.scrollIntoView({ block: "nearest" });
  }

  private place(at: number): [Node, number] {
    const walker = document.createTreeWalker(this.surface, NodeFilter.SHOW_TEXT);
    let left = at;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const length = node.nodeValue?.length ?? 0;
      if (left <= length) return [node, left];
      left -= length;
    }
    return [this.surface, this.surface.childNodes.length];
  }

  // What is done

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const key = pressed(event);
    const button = key ? this.buttons.find((each) => each.dataset.letter === key) : undefined;
    this.look();
    if (button) this.add(button.dataset.label ?? "");
    else if (event.key === "Delete" || event.key === "Backspace") this.drop(this.here());
    else if (event.key === "Enter") this.list.comment(this.here()[0]);
    else return;
    event.preventDefault();
  }

  /** The marks that the selection touches; at a mere caret the shortest one. */
  private here(): Mark[] {
    const { start, end } = this.range;
    if (start < end) return this.marks.filter((mark) => mark.start < end && mark.end > start);
    const found = this.marks.filter((mark) => mark.start <= start && mark.end >= start);
    return found.sort((a, b) => a.end - a.start - (b.end - b.start)).slice(0, 1);
  }

  private add(label: string): void {
    const chosen = this.text.slice(this.range.start, this.range.end);
    const start = this.range.start + (chosen.length - chosen.trimStart().length);
    const end = start + chosen.trim().length;
    if (start >= end) return this.say("select");
    if (this.twice(start, end, label)) return this.say("twice");
    if (this.marks.length >= Number(this.root.dataset.most)) return this.say("full");
    const over = this.marks.some((mark) => mark.start < end && mark.end > start);
    if (over && this.root.dataset.overlap === undefined) return this.say("over");
    const mark = { start, end, label, comment: "" };
    this.marks.push(mark);
    this.changed(end);
    this.say("made", `${this.name(label)}, ${this.text.slice(start, end)}`);
    if (this.root.dataset.comment === "required") this.list.comment(mark);
  }

  private twice(start: number, end: number, label: string): boolean {
    return this.marks.some((mark) => mark.start === start && mark.end === end && mark.label === label);
  }

  private drop(marks: Mark[]): void {
    if (marks.length === 0) return this.say("bare");
    this.marks = this.marks.filter((mark) => !marks.includes(mark));
    this.changed(marks[0]?.start ?? 0);
    this.say("gone", marks.map((mark) => this.text.slice(mark.start, mark.end)).join(" · "));
  }

  private relabel(mark: Mark, label: string): boolean {
    if (this.twice(mark.start, mark.end, label)) {
      this.say("twice");
      return false;
    }
    mark.label = label;
    this.save();
    this.drawText();
    return true;
  }

  private say(code: string, more = ""): void {
    const out = this.root.querySelector<HTMLElement>("[data-part=said]");
    if (out) out.textContent = `${out.dataset[code] ?? ""} ${more}`.trim();
  }

  private name(label: string): string {
    return this.buttons.find((each) => each.dataset.label === label)?.querySelector("mark")?.textContent ?? label;
  }

  // What is drawn

  private draw(): void {
    this.drawText();
    this.list.draw(this.marks, this.text);
  }

  /** Line by line: in a long text only the lines whose marks changed are made anew, and only what is seen is laid out. */
  private drawText(): void {
    const made = this.lines.map((line) => {
      const over = this.marks.filter((mark) => mark.start < line.end && mark.end > line.start);
      const key = JSON.stringify(over.map((mark) => [mark.start, mark.end, mark.label]));
      if (!line.element || line.key !== key || line.element.textContent !== this.text.slice(line.start, line.end)) {
        line.element = document.createElement("div");
        line.element.append(...this.pieces(line.start, line.end, over));
        line.key = key;
      }
      return line.element;
    });
    const drawn = this.surface.childNodes;
    if (drawn.length !== made.length) this.surface.replaceChildren(...made);
    else made.forEach((element, at) => drawn[at] !== element && drawn[at]?.replaceWith(element));
  }

  private pieces(from: number, to: number, marks: Mark[]): Node[] {
    const number = (mark: Mark): number => this.buttons.findIndex((each) => each.dataset.label === mark.label);
    const sign = (mark: Mark): string => this.buttons[number(mark)]?.dataset.sign ?? "";
    const inside = marks.flatMap((mark) => [mark.start, mark.end]).filter((at) => at > from && at < to);
    const cuts = [...new Set([from, ...inside, to])].sort((a, b) => a - b);
    return cuts.slice(0, -1).map((start, at): Node => {
      const end = cuts[at + 1] ?? start;
      const over = marks.filter((mark) => mark.start <= start && mark.end >= end).sort((a, b) => b.end - b.start - (a.end - a.start));
      const ends = over.filter((mark) => mark.end === end).map(sign);
      let node: Node = document.createTextNode(this.text.slice(start, end));
      for (const mark of over.reverse()) {
        const element = document.createElement("mark");
        element.className = `mark-${number(mark)}`;
        if (ends.length > 0 && node instanceof Text) element.dataset.n = ends.join(" ");
        element.append(node);
        node = element;
      }
      return node;
    });
  }
}

/** The marks that were kept; what doesn't fit the text is left out. */
function read(json: string, length: number, pairs: number[]): Mark[] {
  const unit = (at: number): number => at + pairs.filter((pair, before) => pair - before < at).length;
  let given: unknown;
  try {
    given = JSON.parse(json);
  } catch {
    return [];
  }
  if (!Array.isArray(given)) return [];
  return given.flatMap((each: unknown) => {
    if (!Array.isArray(each)) return [];
    const [start, end, label, comment] = each as unknown[];
    if (typeof start !== "number" || typeof end !== "number" || start < 0 || start >= end || unit(end) > length) return [];
    return [{ start: unit(start), end: unit(end), label: String(label), comment: String(comment ?? "") }];
  });
}
