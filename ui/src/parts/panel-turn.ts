// One turn of a conversation with models (panel.ts): what was said, each model's answers, of which one of several tries is
// seen, and which is better.

import type { Sent } from "./compose";
import { drawn } from "./prose-tree";

export interface Answer {
  slot: string;
  id: string;
  text: string;
}

/** A turn as the answer keeps it. */
export interface Judged {
  text: string;
  files: Sent[];
  answers: Answer[];
  choice?: string;
  preference?: number;
  reason?: string;
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

interface Try extends Answer {
  state: string;
  underWay: boolean;
  whole: boolean; // the page has it to its end
  why: string;
  cut: boolean;
  tree: unknown[] | null;
}

class Column {
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

export class Talked {
  readonly answersBox: HTMLElement;
  private readonly columns: Column[];
  private readonly judge: HTMLFieldSetElement | null;

  constructor(
    private readonly root: HTMLElement,
    readonly box: HTMLElement,
    pattern: Element,
    at: number,
    private readonly turn: Judged,
    private readonly told: () => void,
  ) {
    const find = (part: string): HTMLElement => box.querySelector<HTMLElement>(`[data-part=${part}]`) as HTMLElement;
    find("text").textContent = turn.text;
    const files = find("said-files");
    files.hidden = turn.files.length === 0;
    files.replaceChildren(...turn.files.map((file) => this.file(file)));
    this.answersBox = find("answers");
    this.answersBox.classList.toggle("two", Boolean(root.dataset.two));
    this.columns = (root.dataset.two ? ["a", "b"] : ["a"]).map((slot) => new Column(root, slot, pattern.cloneNode(true) as HTMLElement));
    this.answersBox.append(...this.columns.map((column) => column.box));
    for (const answer of turn.answers) this.put(answer);
    for (const column of this.columns) {
      const chosen = column.tries.findIndex((each) => each.id === turn.choice);
      if (chosen >= 0) column.seen = chosen;
    }
    this.judge = box.querySelector<HTMLFieldSetElement>("[data-part=judge]");
    this.judges(at);
  }

  private judges(at: number): void {
    const names = `${this.root.dataset.question ?? ""}-${at}`;
    for (const radio of this.judge?.querySelectorAll<HTMLInputElement>("[data-part=step], [data-part=by]") ?? []) {
      radio.name = `panel.${radio.dataset.part ?? ""}.${names}`;
      radio.id = `${radio.name}.${radio.value}`;
      radio.parentElement?.querySelector("label")?.setAttribute("for", radio.id);
      if (radio.dataset.part === "step") radio.checked = String(this.turn.preference) === radio.value;
      else radio.checked = this.column(radio.value)?.tries.some((each) => each.id === this.turn.choice) ?? false;
      radio.addEventListener("change", (event) => {
        event.stopPropagation();
        if (radio.dataset.part === "step") this.turn.preference = Number(radio.value);
        this.chosen();
        this.told();
      });
      radio.addEventListener("input", (event) => event.stopPropagation());
    }
    const reason = this.judge?.querySelector<HTMLTextAreaElement>("[data-part=reason]");
    if (!reason) return;
    reason.value = this.turn.reason ?? "";
    reason.addEventListener("input", (event) => {
      event.stopPropagation();
      if (reason.value.trim()) this.turn.reason = reason.value;
      else delete this.turn.reason;
      this.told();
    });
  }

  // ---- answers

  private column(slot: string): Column | undefined {
    return this.columns.find((each) => each.slot === slot);
  }

  private put(answer: Answer): Try | undefined {
    const made: Try = { ...answer, state: "asked", underWay: true, whole: false, why: "", cut: false, tree: null };
    const column = this.column(answer.slot);
    column?.tries.push(made);
    if (column) column.seen = column.tries.length - 1;
    return made;
  }

  wait(slots: string[]): void {
    for (const column of this.columns) column.waits ||= slots.includes(column.slot);
  }

  settle(slots: string[]): void {
    for (const column of this.columns) if (slots.includes(column.slot)) column.waits = false;
  }

  begin(slot: string, id: string): void {
    this.settle([slot]);
    this.put({ slot, id, text: "" });
    this.chosen();
  }

  has(id: string): boolean {
    return this.columns.some((column) => column.tries.some((each) => each.id === id));
  }

  hasAny(slot: string): boolean {
    return (this.column(slot)?.tries.length ?? 0) > 0;
  }

  /** What came of an answer; a word for a screen reader once it is over. */
  hear(said: Said, at: number, text: string): string {
    const column = this.columns.find((each) => each.tries.some((one) => one.id === said.id));
    const found = column?.tries.find((each) => each.id === said.id);
    if (!column || !found || found.whole) return "";
    found.text = [...found.text].slice(0, at).join("") + text;
    Object.assign(found, { state: said.state, underWay: said.underWay, why: said.why, cut: said.cut, tree: said.tree, whole: !said.underWay });
    if (said.underWay) return "";
    this.chosen();
    const words: Record<string, string | undefined> = { done: this.root.dataset.whole, stopped: this.root.dataset.stopped };
    return `${column.part("name").textContent ?? ""}: ${words[said.state] ?? said.why}`;
  }

  /** Answers that the server does not know are none: another page took them back, or they never were. */
  known(ids: Set<string>): void {
    for (const column of this.columns) {
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
    this.chosen();
    this.told();
  }

  underWay(slot = ""): string[] {
    const columns = this.columns.filter((each) => !slot || each.slot === slot);
    return columns.flatMap((column) => column.tries.filter((each) => each.underWay).map((each) => each.id));
  }

  /** For the server: which answers are here, and how many characters of each; -1 for one that is whole. */
  seen(): string[] {
    return this.columns.flatMap((column) => column.tries.map((each) => `${each.id}:${each.whole ? -1 : [...each.text].length}`));
  }

  // ---- what is kept

  /** The answer by which the talk goes on: the better one's that is seen, of two that are alike the one that was named. */
  private chosen(): void {
    let slot = "a";
    if (this.root.dataset.two) {
      const step = this.turn.preference;
      if (step === undefined) slot = "";
      else if (step !== 0) slot = step < 0 ? "a" : "b";
      else slot = this.judge?.querySelector<HTMLInputElement>("[data-part=by]:checked")?.value ?? "";
    }
    const found = this.column(slot)?.usable();
    if (found) this.turn.choice = found.id;
    else delete this.turn.choice;
  }

  value(): Judged {
    const usable = (each: Try): boolean => each.underWay || each.state === "done" || each.state === "stopped";
    this.turn.answers = this.columns.flatMap((column) => column.tries.filter(usable).map(({ slot, id, text }) => ({ slot, id, text })));
    return this.turn;
  }

  asked(): { text: string; files: Sent[]; choice: string | null } {
    return { text: this.turn.text, files: this.turn.files, choice: this.turn.choice ?? null };
  }

  /** Everything is answered, and it is said by which answer the talk goes on. */
  done(): boolean {
    return this.underWay().length === 0 && this.columns.every((column) => column.usable() && !column.waits) && this.turn.choice !== undefined;
  }

  show(last: boolean, asking: boolean): void {
    for (const column of this.columns) {
      column.show(last, asking);
      column.box.classList.toggle("chosen", column.usable()?.id === this.turn.choice && this.turn.choice !== undefined);
    }
    const back = this.box.querySelector<HTMLElement>("[data-act=back]");
    if (back) back.hidden = !last || asking;
    if (!this.judge) return;
    const answered = this.underWay().length === 0 && this.columns.every((column) => column.usable() && !column.waits);
    this.judge.hidden = !answered;
    // A turn that the talk went on from stays as it was judged: what came after it was said to that.
    this.judge.disabled = !last;
    this.judge.querySelector("[data-part=tied]")?.toggleAttribute("hidden", this.turn.preference !== 0);
    this.judge.querySelectorAll<HTMLInputElement>("[data-part=step]").forEach((radio, at) => {
      if (last) radio.dataset.key = String(at + 1);
      else delete radio.dataset.key;
      radio.toggleAttribute("aria-keyshortcuts", last);
      if (last) radio.setAttribute("aria-keyshortcuts", String(at + 1));
      radio.parentElement?.querySelector("kbd")?.toggleAttribute("hidden", !last);
    });
  }

  private file(file: Sent): HTMLLIElement {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = (this.root.dataset.open ?? "").replace(/[0-9a-f-]{36}/, file.file);
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = file.name;
    item.append(link);
    return item;
  }
}
