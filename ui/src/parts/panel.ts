// A conversation with one or two models: what is sent, what they say while they say it, and which answer is better. One
// hidden field holds it as JSON (`turns`, and in `next` what is written and not sent); models' words come by asking the
// server again and again, so a reload, a second tab or an hour offline loses none of them.

import { Composer, type Turn } from "./compose";
import { type Judged, type Said, Talked } from "./panel-turn";
import { changed } from "./walk";

interface Row {
  id: string;
  turn: number;
  slot: string;
  state: string;
  under_way: boolean;
  at: number;
  text: string;
  length: number;
  why: string;
  cut: boolean;
  tree: unknown[] | null;
  to: string;
}

interface Kept {
  turns: Judged[];
  next?: Turn;
}

const WAIT_MS_MAX = 8_000;

export function startPanel(root: HTMLFieldSetElement): void {
  const find = <T extends Element>(part: string): T | null => root.querySelector<T>(`:scope > [data-part=${part}]`);
  const [talk, kept, compose] = [find<HTMLElement>("talk"), find<HTMLInputElement>("kept"), find<HTMLElement>("compose")];
  const pattern = (part: string): Element | null | undefined => find<HTMLTemplateElement>(part)?.content.firstElementChild;
  const [held, answer, file] = [pattern("held"), pattern("answer"), pattern("file")];
  if (root.dataset.ask && talk && kept && compose && held && answer && file) new Panel(root, talk, kept, compose, { held, answer, file }).start();
}

class Panel {
  private turns: Talked[] = [];
  private readonly composer: Composer;
  private readonly most: number;
  private timer = 0;
  private asking = false;
  private failures = 0;

  constructor(
    private readonly root: HTMLFieldSetElement,
    private readonly list: HTMLElement,
    private readonly kept: HTMLInputElement,
    private readonly compose: HTMLElement,
    private readonly patterns: { held: Element; answer: Element; file: Element },
  ) {
    this.most = Number(root.dataset.most ?? "1");
    const box = compose.querySelector<HTMLElement>("[data-turn]") ?? compose;
    this.composer = new Composer(root, box, patterns.file, {
      changed: () => this.tell(),
      out: () => this.tell(),
      room: () => Number(root.dataset.filesMost ?? "0") - box.querySelectorAll("[data-file]:not(:has(.error))").length,
    });
  }

  start(): void {
    this.part("plain")?.setAttribute("hidden", "");
    this.compose.querySelector("[data-act=send]")?.addEventListener("click", () => void this.send());
    this.compose.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.altKey || event.isComposing) return;
      event.preventDefault();
      event.stopPropagation();
      void this.send();
    });
    this.list.addEventListener("click", (event) => this.pressed(event));
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.last()?.underWay().length) return;
      event.preventDefault();
      void this.stop(this.last()?.underWay() ?? []);
    });
    this.root.form?.addEventListener("draft-restored", () => this.load(this.kept.value));
    this.holdBack();
    this.load(this.kept.value);
  }

  // ---- the conversation

  private load(text: string): void {
    if (this.turns.length > 0 && text === this.said()) return;
    let found: Kept = { turns: [] };
    try {
      found = { turns: [], ...(JSON.parse(text || "{}") as Kept | null) };
    } catch {
      // nothing of ours
    }
    this.turns = [];
    this.list.replaceChildren();
    for (const turn of found.turns.slice(0, this.most)) this.make(turn);
    if (found.next && !this.composer.value().text && !this.composer.files().length) this.composer.fill(found.next);
    this.update();
    if (found.turns.length > 0) this.later(0);
  }

  private make(turn: Judged): Talked {
    const at = this.turns.length;
    const made = new Talked(this.root, this.patterns.held.cloneNode(true) as HTMLElement, this.patterns.answer, at, turn, () => this.tell());
    this.turns.push(made);
    this.list.append(made.box);
    return made;
  }

  private last(): Talked | undefined {
    return this.turns.at(-1);
  }

  private pressed(event: Event): void {
    const act = (event.target as HTMLElement).closest<HTMLElement>("[data-act]");
    const turn = this.turns.find((each) => each.box.contains(act));
    if (!act || !turn) return;
    const slot = act.closest<HTMLElement>("[data-answer]")?.dataset.answer ?? "";
    if (act.dataset.act === "back") this.back();
    if (act.dataset.act === "stop") void this.stop(turn.underWay(slot));
    if (act.dataset.act === "again") void this.ask(turn, [slot]);
    if (act.dataset.act === "earlier" || act.dataset.act === "later") turn.flip(slot, act.dataset.act === "later" ? 1 : -1);
  }

  private async send(): Promise<void> {
    const written = this.composer.value();
    if (this.asking || this.compose.hidden || this.composer.under()) return;
    if (!written.text.trim() && written.files.length === 0) {
      this.composer.focus();
      return;
    }
    const turn = this.make({ text: written.text, files: written.files, answers: [] });
    this.clear();
    this.update();
    turn.answersBox.focus({ preventScroll: true });
    const slots = this.root.dataset.two ? ["a", "b"] : ["a"];
    if (await this.ask(turn, slots)) return;
    this.turns.pop(); // refused: it stands in the composer again
    turn.box.remove();
    this.composer.fill(written);
    this.update();
    this.composer.focus();
  }

  private clear(): void {
    for (const out of this.compose.querySelectorAll<HTMLElement>("[data-file]")) out.remove();
    this.composer.fill({ role: "user", text: "", files: [] });
  }

  /** The last turn goes, and its words come back into the composer. */
  private back(): void {
    const turn = this.turns.pop();
    if (!turn) return;
    void this.stop(turn.underWay());
    turn.box.remove();
    const said = turn.value();
    if (!this.composer.value().text) this.composer.fill({ role: "user", text: said.text, files: said.files });
    this.tell();
    this.say(this.root.dataset.back ?? "");
    this.composer.focus();
  }

  // ---- the server

  private async ask(turn: Talked, slots: string[]): Promise<boolean> {
    const upto = this.turns.slice(0, this.turns.indexOf(turn) + 1).map((each) => each.asked());
    const body = new URLSearchParams({
      question: this.root.dataset.question ?? "",
      turns: JSON.stringify(upto),
      places: slots.map((slot) => String("ab".indexOf(slot))).join(","),
    });
    this.asking = true;
    this.wrong("");
    turn.wait(slots);
    this.update();
    try {
      const answer = await fetch(this.root.dataset.ask ?? "", { method: "POST", body, headers: { "X-CSRFToken": this.token(), Accept: "application/json" } });
      const told = (await answer.json()) as { why?: string; asked?: { id: string; slot: string }[]; again_ms: number };
      if (!answer.ok || !told.asked) {
        this.wrong(told.why ?? this.root.dataset.broke ?? "");
        turn.settle(slots);
        return false;
      }
      for (const row of told.asked) turn.begin(row.slot, row.id);
      this.tell();
      this.later(told.again_ms);
      return true;
    } catch {
      // It may have been asked although we never heard so: then it is found among what the server tells.
      this.wrong(this.root.dataset.broke ?? "");
      turn.settle(slots);
      this.later(1_000);
      return turn.value().answers.length > 0;
    } finally {
      this.asking = false;
      this.update();
    }
  }

  private async stop(ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    const body = new URLSearchParams(ids.map((id) => ["answer", id]));
    await fetch(this.root.dataset.stop ?? "", { method: "POST", body, headers: { "X-CSRFToken": this.token() } }).catch(() => null);
    this.later(50);
  }

  private later(ms: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.look(), ms);
  }

  private async look(): Promise<void> {
    const seen = this.turns.flatMap((turn) => turn.seen()).join(",");
    const query = new URLSearchParams({ question: this.root.dataset.question ?? "", seen });
    let told: { answers: Row[]; asked: number; again_ms: number };
    try {
      const answer = await fetch(`${this.root.dataset.ask ?? ""}?${query}`, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      told = (await answer.json()) as typeof told;
      this.failures = 0;
    } catch {
      this.failures += 1;
      this.later(Math.min(500 * 2 ** this.failures, WAIT_MS_MAX));
      return;
    }
    for (const row of told.answers) this.take(row);
    const used = this.part("used");
    if (used) used.textContent = `${this.root.dataset.asked ?? ""} ${told.asked} / ${this.root.dataset.askedMost ?? ""}`;
    this.turns.forEach((turn) => turn.known(new Set(told.answers.map((row) => row.id))));
    this.tell();
    if (this.turns.some((turn) => turn.underWay().length > 0)) this.later(document.hidden ? 2_000 : told.again_ms);
  }

  private take(row: Row): void {
    let turn = this.turns.find((each) => each.has(row.id));
    if (!turn && row.to && row.state !== "failed") {
      turn = this.turns.at(row.turn);
      if (turn !== this.last() || turn?.value().text !== row.to || turn.hasAny(row.slot)) return;
      turn.begin(row.slot, row.id);
    }
    if (!turn) return;
    const said: Said = { id: row.id, state: row.state, underWay: row.under_way, why: row.why, cut: row.cut, tree: row.tree };
    const heard = turn.hear(said, row.at, row.text);
    if (heard) this.say(heard);
  }

  // ---- what is sent, and what is seen

  private said(): string {
    const turns = this.turns.map((turn) => turn.value());
    const next = this.composer.value();
    const kept: Kept = next.text.trim() || next.files.length > 0 ? { turns, next } : { turns };
    return turns.length > 0 || kept.next ? JSON.stringify(kept) : "";
  }

  private tell(): void {
    const before = this.kept.value;
    this.update();
    if (this.kept.value !== before) changed(this.kept);
  }

  private update(): void {
    this.kept.value = this.said();
    const last = this.last();
    const full = this.turns.length >= this.most;
    this.compose.hidden = full || (last !== undefined && !last.done());
    this.part("full")?.toggleAttribute("hidden", !full || last?.done() !== true);
    for (const turn of this.turns) turn.show(turn === last, this.asking);
    const number = this.compose.querySelector("[data-part=number]");
    if (number) number.textContent = String(this.turns.length + 1);
  }

  private holdBack(): void {
    this.root.form?.addEventListener(
      "submit",
      (event) => {
        if (event.submitter?.hasAttribute("formaction")) return;
        const writing = this.asking || this.turns.some((turn) => turn.underWay().length > 0);
        const unsent = !this.compose.hidden && (this.composer.value().text.trim() !== "" || this.composer.files().length > 0);
        if (!writing && !unsent) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        this.wrong((writing ? this.root.dataset.wait : this.root.dataset.unsent) ?? "");
        if (writing) this.last()?.answersBox.focus();
        else this.composer.focus();
      },
      true,
    );
  }

  private wrong(text: string): void {
    const said = this.part("wrong");
    if (!said) return;
    said.hidden = !text;
    said.textContent = text;
  }

  private say(text: string): void {
    const told = this.part("told");
    if (told) told.textContent = text;
  }

  private part(name: string): HTMLElement | null {
    return this.root.querySelector<HTMLElement>(`[data-part=${name}]`);
  }

  private token(): string {
    return this.root.form?.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
  }
}
