// What models say on a page, each of them in a column of its own: words as they come, several tries of which one is seen, stop
// and another answer. Whatever models answer to holds such columns: a turn of a conversation (panel-turn.ts), the wording of
// a prompt (tries.ts).

import { drawn } from "./prose-tree";

export interface Answer {
  slot: string;
  id: string;
  text: string;
  verdict?: string;
}

/** How an answer stands on the server. */
export interface Said {
  id: string;
  state: string;
  underWay: boolean;
  why: string;
  cut: boolean;
  tree: unknown[] | null;
}

export interface Try extends Answer {
  state: string;
  underWay: boolean;
  whole: boolean; // the page has it to its end
  why: string;
  cut: boolean;
  tree: unknown[] | null;
}

export class Column {
  readonly tries: Try[] = [];
  seen = -1;
  waits = false;
  private drawnAs = "";

  constructor(
    private readonly root: HTMLElement,
    readonly slot: string,
    readonly box: HTMLElement,
  ) {
    box.dataset.answer = slot;
    const name = `${root.dataset.model ?? ""}${root.dataset.two ? ` ${slot.toUpperCase()}` : ""}`;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", name);
    this.part("name").textContent = name;
  }

  shown(): Try | undefined {
    return this.tries[this.seen];
  }

  usable(): Try | undefined {
    const shown = this.shown();
    return shown && (shown.state === "done" || shown.state === "stopped") ? shown : undefined;
  }

  part(name: string): HTMLElement {
    return this.box.querySelector<HTMLElement>(`[data-part=${name}]`) as HTMLElement;
  }

  show(last: boolean, asking: boolean): void {
    const shown = this.shown();
    const going = this.waits || shown?.underWay === true;
    const data = this.root.dataset;
    const states: Record<string, string | undefined> = { asked: data.waiting, running: data.writing, stopped: data.stopped, failed: data.failed };
    this.part("state").textContent = (this.waits ? data.waiting : shown?.cut ? data.cut : states[shown?.state ?? ""]) ?? "";
    const text = this.part("text");
    text.classList.toggle("going", going);
    text.setAttribute("aria-busy", String(going));
    this.draw(text, shown, going);
    const why = this.part("why");
    why.textContent = this.waits ? "" : (shown?.why ?? "");
    why.hidden = !why.textContent;
    this.act("stop").hidden = !shown?.underWay;
    this.act("again").hidden = !last || going;
    (this.act("again") as HTMLButtonElement).disabled = asking;
    const several = this.tries.length > 1;
    for (const [act, to] of [["earlier", this.seen - 1], ["later", this.seen + 1]] as const) {
      const button = this.act(act) as HTMLButtonElement;
      button.hidden = !several || !last;
      button.disabled = !this.tries[to] || going;
    }
    this.part("tries").textContent = several && last ? `${this.seen + 1} / ${this.tries.length}` : "";
  }

  /** Words as they come are words; what is whole is drawn as what it says. */
  private draw(into: HTMLElement, shown: Try | undefined, going: boolean): void {
    const as = `${shown?.id ?? ""} ${shown?.text.length ?? 0} ${shown?.tree ? "tree" : ""} ${this.waits ? "waits" : ""}`;
    if (as === this.drawnAs) return;
    this.drawnAs = as;
    if (this.waits || !shown) into.replaceChildren();
    else if (shown.tree && !going) into.replaceChildren(...drawn(shown.tree));
    else into.textContent = shown.text;
  }

  private act(name: string): HTMLElement {
    return this.box.querySelector<HTMLElement>(`[data-act=${name}]`) as HTMLElement;
  }
}

/** The columns of everything that is asked at once. */
export class Columns {
  readonly all: Column[];

  /** `moved`: called when another answer is seen, or one has come to its end. */
  constructor(
    private readonly root: HTMLElement,
    pattern: Element,
    readonly into: HTMLElement,
    private readonly moved: () => void,
  ) {
    into.classList.toggle("two", Boolean(root.dataset.two));
    this.all = slotsOf(root).map((slot) => new Column(root, slot, pattern.cloneNode(true) as HTMLElement));
    into.append(...this.all.map((column) => column.box));
  }

  column(slot: string): Column | undefined {
    return this.all.find((each) => each.slot === slot);
  }

  put(answer: Answer): void {
    const column = this.column(answer.slot);
    if (!column) return;
    column.tries.push({ ...answer, state: "asked", underWay: true, whole: false, why: "", cut: false, tree: null });
    column.seen = column.tries.length - 1;
  }

  wait(slots: string[]): void {
    for (const column of this.all) column.waits ||= slots.includes(column.slot);
  }

  settle(slots: string[]): void {
    for (const column of this.all) if (slots.includes(column.slot)) column.waits = false;
  }

  begin(slot: string, id: string): void {
    this.settle([slot]);
    if (this.has(id)) return; // the server told of it before it said that it was asked
    this.put({ slot, id, text: "" });
    this.moved();
  }

  has(id: string): boolean {
    return this.all.some((column) => column.tries.some((each) => each.id === id));
  }

  hasAny(slot: string): boolean {
    return (this.column(slot)?.tries.length ?? 0) > 0;
  }

  /** What came of an answer; a word for a screen reader once it is over. */
  hear(said: Said, at: number, text: string): string {
    const column = this.all.find((each) => each.tries.some((one) => one.id === said.id));
    const found = column?.tries.find((each) => each.id === said.id);
    if (!column || !found || found.whole) return "";
    found.text = [...found.text].slice(0, at).join("") + text;
    Object.assign(found, { state: said.state, underWay: said.underWay, why: said.why, cut: said.cut, tree: said.tree, whole: !said.underWay });
    if (said.underWay) return "";
    this.moved();
    const words: Record<string, string | undefined> = { done: this.root.dataset.whole, stopped: this.root.dataset.stopped };
    return `${column.part("name").textContent ?? ""}: ${words[said.state] ?? said.why}`;
  }

  /** Answers that the server does not know are none: another page took them back, or they never were. */
  known(ids: Set<string>): void {
    for (const column of this.all) {
      const rest = column.tries.filter((each) => each.whole || ids.has(each.id));
      if (rest.length === column.tries.length) continue;
      column.tries.splice(0, column.tries.length, ...rest);
      column.seen = rest.length - 1;
    }
  }

  flip(slot: string, by: number): void {
    const column = this.column(slot);
    if (!column?.tries[column.seen + by]) return;
    column.seen += by;
    this.moved();
  }

  underWay(slot = ""): string[] {
    const columns = this.all.filter((each) => !slot || each.slot === slot);
    return columns.flatMap((column) => column.tries.filter((each) => each.underWay).map((each) => each.id));
  }

  /** For the server: which answers are here, and how many characters of each; -1 for one that is whole. */
  seen(): string[] {
    return this.all.flatMap((column) => column.tries.map((each) => `${each.id}:${each.whole ? -1 : [...each.text].length}`));
  }

  /** Every model's answer is here, and none is on its way. */
  answered(): boolean {
    return this.underWay().length === 0 && this.all.every((column) => column.usable() && !column.waits);
  }
}

/** The places of the models that a question asks. */
export function slotsOf(root: HTMLElement): string[] {
  return root.dataset.two ? ["a", "b"] : ["a"];
}
