// A prompt of several turns (compose.ts): added, moved and removed; one hidden field holds them as JSON and is what is sent.
// Files that stand in no turn are listed below them, to be put into one or deleted. Where models are named, it is tried on them
// (tries.ts).

import { Composer, type Sent, type Turn } from "./compose";
import { Tries } from "./tries";
import { drop, holdBack } from "./upload";
import { changed } from "./walk";

export function startPrompt(root: HTMLFieldSetElement): void {
  const find = <T extends Element>(part: string): T | null => root.querySelector<T>(`:scope > [data-part=${part}]`);
  const [turns, kept] = [find<HTMLElement>("turns"), find<HTMLInputElement>("kept")];
  const turn = find<HTMLTemplateElement>("turn")?.content.firstElementChild;
  const file = find<HTMLTemplateElement>("file")?.content.firstElementChild;
  const rest = find<HTMLTemplateElement>("rest-row")?.content.firstElementChild;
  if (turns && kept && turn && file && rest) new Prompt(root, turns, kept, { turn, file, rest }).start();
}

class Prompt {
  private all: Composer[] = [];
  private readonly most: number;
  private readonly tries: Tries | null;

  constructor(
    private readonly root: HTMLFieldSetElement,
    private readonly list: HTMLElement,
    private readonly kept: HTMLInputElement,
    private readonly patterns: { turn: Element; file: Element; rest: Element },
  ) {
    this.most = Number(root.dataset.most ?? "1");
    this.tries = Tries.of(root.querySelector<HTMLElement>(":scope > [data-tries]"), {
      turns: () => this.whole(this.system()?.value ?? "", this.turns()),
      given: () => this.whole(this.system()?.defaultValue ?? "", JSON.parse(this.kept.dataset.given || "[]") as Turn[]),
      ready: () => this.all.every((turn) => !turn.under()),
    });
  }

  start(): void {
    for (const part of ["how", "plain"]) this.root.querySelector<HTMLElement>(`:scope > [data-part=${part}]`)?.toggleAttribute("hidden", part === "plain" || this.most < 2);
    this.add()?.addEventListener("click", () => {
      this.make(null);
      this.update();
      this.all.at(-1)?.focus();
    });
    this.list.addEventListener("click", (event) => {
      const act = (event.target as HTMLElement).closest<HTMLElement>("[data-act]")?.dataset.act ?? "";
      const turn = this.all.find((each) => each.box.contains(event.target as Node));
      if (turn && (act === "up" || act === "down")) this.move(turn, act === "up" ? -1 : 1);
      if (turn && act === "drop") this.remove(turn);
    });
    this.list.addEventListener("keydown", (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      const turn = this.all.find((each) => each.box.contains(event.target as Node));
      if (!turn || !by || !event.altKey || event.isComposing) return;
      event.preventDefault();
      event.stopPropagation();
      this.move(turn, by);
    });
    holdBack(this.root, () => this.all.map((turn) => turn.under()).find((row) => row) ?? null);
    this.root.form?.addEventListener("draft-restored", () => this.load(this.kept.value));
    const text = this.kept.value || (this.kept.dataset.given ?? ""); // what a draft brought back stands here already
    this.rests();
    this.load(text);
    this.system()?.addEventListener("input", () => this.tries?.update());
    this.tries?.start();
  }

  private system(): HTMLTextAreaElement | null {
    return this.root.querySelector<HTMLTextAreaElement>(":scope > * > [data-part=system]");
  }

  private add(): HTMLButtonElement | null {
    return this.root.querySelector<HTMLButtonElement>("[data-act=add]");
  }

  /** What stands in the page becomes what a text says; files on their way go on in the turn they were sent for. */
  private load(text: string): void {
    if (this.all.length > 0 && text === this.said()) return;
    let turns: Turn[] = [];
    try {
      turns = (JSON.parse(text || "[]") as Turn[] | null) ?? [];
    } catch {
      turns = []; // nothing of ours
    }
    const before = this.all.flatMap((turn) => turn.leave());
    this.all = [];
    this.list.replaceChildren();
    for (const turn of turns.slice(0, this.most)) this.make(turn);
    while (this.all.length < Number(this.root.dataset.least ?? "1")) this.make(null);
    for (const file of before) this.lay(file);
    for (const file of this.all.flatMap((turn) => turn.files())) this.row(file.file)?.remove();
    this.update();
  }

  private make(turn: Turn | null): void {
    const box = this.patterns.turn.cloneNode(true) as HTMLElement;
    const made = new Composer(this.root, box, this.patterns.file, {
      changed: () => this.tell(),
      out: (file) => {
        this.lay(file);
        this.say(`${file.name}: ${this.root.dataset.out ?? ""}`);
      },
      room: () => Number(this.root.dataset.filesMost ?? "0") - this.list.querySelectorAll("[data-file]:not(:has(.error))").length,
    });
    box.querySelector("[data-part=acts]")?.removeAttribute("hidden");
    if (turn) made.fill(turn);
    this.all.push(made);
    this.list.append(box);
  }

  private move(turn: Composer, by: number): void {
    const from = this.all.indexOf(turn);
    const other = this.all[from + by];
    if (!other) return;
    const focused = document.activeElement as HTMLElement | null;
    if (by < 0) other.box.before(turn.box);
    else other.box.after(turn.box);
    this.all[from + by] = turn;
    this.all[from] = other;
    focused?.focus();
    this.tell();
    this.say(`${this.root.dataset.moved ?? ""} ${from + by + 1}`);
  }

  private remove(turn: Composer): void {
    const at = this.all.indexOf(turn);
    for (const file of turn.leave()) this.lay(file);
    turn.box.remove();
    this.all.splice(at, 1);
    if (this.all.length === 0) this.make(null);
    this.tell();
    this.say(this.root.dataset.gone ?? "");
    this.all[Math.max(0, at - 1)]?.focus();
  }

  // ---- files that stand in no turn

  private rest(): HTMLElement | null {
    return this.root.querySelector("[data-part=rest-list]");
  }

  private row(file: string): HTMLElement | null {
    return this.rest()?.querySelector<HTMLElement>(`[data-id="${CSS.escape(file)}"]`) ?? null;
  }

  /** The rows of the plain form become rows of this list; what was still being looked at goes on in the first turn. */
  private rests(): void {
    for (const old of [...(this.rest()?.children ?? [])] as HTMLElement[]) {
      if (old.dataset.kept) {
        old.remove();
        this.lay(JSON.parse(old.dataset.kept) as Sent);
      } else if (old.dataset.state === "checking") {
        const [name, send] = [old.querySelector("bdi")?.textContent ?? "", old.dataset.send ?? ""];
        old.remove();
        window.setTimeout(() => this.all[0]?.await(name, send)); // once the turns stand there
      }
    }
  }

  private lay(file: Sent): void {
    if (this.row(file.file)) return;
    const item = this.patterns.rest.cloneNode(true) as HTMLElement;
    item.dataset.id = file.file;
    const set = (part: string, text: string): void => {
      const into = item.querySelector<HTMLElement>(`[data-part=${part}]`);
      if (into) into.textContent = text;
    };
    set("name", file.name);
    const open = item.querySelector<HTMLAnchorElement>("[data-part=open]");
    const address = (this.root.dataset.open ?? "").replace(/[0-9a-f-]{36}/, file.file);
    if (open) open.href = address;
    const into = item.querySelector<HTMLSelectElement>("[data-part=into]");
    into?.setAttribute("aria-label", `${file.name}: ${into.getAttribute("aria-label") ?? ""}`);
    into?.addEventListener("input", (event) => event.stopPropagation());
    const there = item.querySelector<HTMLElement>("[data-act=into]");
    there?.setAttribute("aria-label", `${there.textContent ?? ""}: ${file.name}`);
    there?.addEventListener("click", () => {
      const turn = this.all[Number(into?.value)];
      if (!turn) return;
      item.remove();
      turn.put(file);
      this.tell();
      turn.focus();
    });
    const gone = item.querySelector<HTMLElement>("[data-act=delete]");
    gone?.setAttribute("aria-label", `${gone.textContent ?? ""}: ${file.name}`);
    gone?.addEventListener("click", () => {
      void drop(this.root, `${address}part/`);
      item.remove();
      this.update();
      this.add()?.focus();
    });
    this.rest()?.append(item);
    this.update();
  }

  // ---- what is sent

  private turns(): Turn[] {
    return this.all.map((turn) => turn.value()).filter((turn) => turn.text.trim() || turn.files.length > 0);
  }

  /** As a model is sent it. */
  private whole(system: string, turns: Turn[]): Turn[] {
    return [...(system.trim() ? [{ role: "system", text: system, files: [] }] : []), ...turns];
  }

  private said(): string {
    const turns = this.turns();
    return turns.length > 0 ? JSON.stringify(turns) : "";
  }

  private tell(): void {
    this.update();
    changed(this.kept);
  }

  private update(): void {
    this.kept.value = this.said();
    for (const [at, turn] of this.all.entries()) {
      turn.box.setAttribute("aria-label", `${turn.box.dataset.name ?? ""} ${at + 1}`);
      const number = turn.box.querySelector<HTMLElement>("[data-part=number]");
      if (number) number.textContent = String(at + 1);
      const acts = { up: at > 0, down: at < this.all.length - 1, drop: this.all.length > 1 };
      for (const [act, can] of Object.entries(acts)) {
        const button = turn.box.querySelector<HTMLButtonElement>(`[data-act=${act}]`);
        if (!button) continue;
        button.hidden = this.most < 2;
        button.disabled = !can;
      }
    }
    const add = this.add();
    if (add) {
      add.hidden = this.most < 2;
      add.disabled = this.all.length >= this.most;
    }
    for (const into of this.rest()?.querySelectorAll<HTMLSelectElement>("[data-part=into]") ?? []) this.offer(into);
    const under = this.root.querySelector<HTMLElement>("[data-part=rest]");
    if (under) under.hidden = !this.rest()?.children.length;
    this.tries?.update();
  }

  /** The turns that a file can be put into. */
  private offer(into: HTMLSelectElement): void {
    const chosen = into.value;
    into.replaceChildren(...this.all.map((turn, at) => new Option(turn.box.getAttribute("aria-label") ?? "", String(at))));
    into.value = Number(chosen) < this.all.length ? chosen || "0" : "0";
  }

  private say(text: string): void {
    const told = this.root.querySelector<HTMLElement>("[data-part=told]");
    if (told) told.textContent = text;
  }
}
