// A conversation with one or two models: what is sent, what they say while they say it, and which answer is better. One
// hidden field holds it as JSON (`turns`, and in `next` what is written and not sent).

import { Asker, type Heard } from "./asking";
import { Composer, type Turn } from "./compose";
import { type Judged, Talked } from "./panel-turn";
import { slotsOf } from "./said";
import { changed } from "./walk";

interface Kept {
  turns: Judged[];
  next?: Turn;
}

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
  private readonly asker: Asker;

  constructor(
    private readonly root: HTMLFieldSetElement,
    private readonly list: HTMLElement,
    private readonly kept: HTMLInputElement,
    private readonly compose: HTMLElement,
    private readonly patterns: { held: Element; answer: Element; file: Element },
  ) {
    this.most = Number(root.dataset.most ?? "1");
    this.asker = new Asker(root, {
      seen: () => this.turns.flatMap((turn) => turn.said.seen()),
      take: (heard) => this.take(heard),
      known: (ids) => this.turns.forEach((turn) => turn.said.known(ids)),
      underWay: () => this.underWay(),
      changed: () => this.tell(),
    });
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
      const going = this.last()?.said.underWay() ?? [];
      if (event.key !== "Escape" || going.length === 0) return;
      event.preventDefault();
      void this.asker.stop(going);
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
    if (found.turns.length > 0) this.asker.later(0);
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
    if (act.dataset.act === "stop") void this.asker.stop(turn.said.underWay(slot));
    if (act.dataset.act === "again") void this.ask(turn, [slot]);
    if (act.dataset.act === "earlier" || act.dataset.act === "later") {
      turn.said.flip(slot, act.dataset.act === "later" ? 1 : -1);
      this.tell();
    }
  }

  private async send(): Promise<void> {
    const written = this.composer.value();
    if (this.asker.asking || this.compose.hidden || this.composer.under()) return;
    if (!written.text.trim() && written.files.length === 0) {
      this.composer.focus();
      return;
    }
    const turn = this.make({ text: written.text, files: written.files, answers: [] });
    this.clear();
    this.update();
    turn.answersBox.focus({ preventScroll: true });
    if (await this.ask(turn, slotsOf(this.root))) return;
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
    void this.asker.stop(turn.said.underWay());
    turn.box.remove();
    const said = turn.value();
    if (!this.composer.value().text) this.composer.fill({ role: "user", text: said.text, files: said.files });
    this.tell();
    this.say(this.root.dataset.back ?? "");
    this.composer.focus();
  }

  // ---- the server

  private async ask(turn: Talked, slots: string[]): Promise<boolean> {
    turn.said.wait(slots);
    const upto = this.turns.slice(0, this.turns.indexOf(turn) + 1).map((each) => each.asked());
    const asked = await this.asker.ask(upto, slots);
    if (asked) for (const row of asked) turn.said.begin(row.slot, row.id);
    else turn.said.settle(slots);
    this.tell();
    return asked ? true : asked === false && turn.value().answers.length > 0;
  }

  private underWay(): boolean {
    return this.turns.some((turn) => turn.said.underWay().length > 0);
  }

  private take(heard: Heard): boolean {
    let turn = this.turns.find((each) => each.said.has(heard.id));
    if (!turn && heard.to && heard.state !== "failed") {
      turn = this.turns.at(heard.turn);
      if (!turn || turn !== this.last() || turn.value().text !== heard.to.at(-1)?.[1] || turn.said.hasAny(heard.slot)) return false;
      turn.said.begin(heard.slot, heard.id);
    }
    if (!turn) return false;
    const told = turn.said.hear(heard, heard.at, heard.text);
    if (told) this.say(told);
    return true;
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
    for (const turn of this.turns) turn.show(turn === last, this.asker.asking);
    const number = this.compose.querySelector("[data-part=number]");
    if (number) number.textContent = String(this.turns.length + 1);
  }

  private holdBack(): void {
    this.root.form?.addEventListener(
      "submit",
      (event) => {
        if (event.submitter?.hasAttribute("formaction")) return;
        const writing = this.asker.asking || this.underWay();
        const unsent = !this.compose.hidden && (this.composer.value().text.trim() !== "" || this.composer.files().length > 0);
        if (!writing && !unsent) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        this.asker.wrong((writing ? this.root.dataset.wait : this.root.dataset.unsent) ?? "");
        if (writing) this.last()?.answersBox.focus();
        else this.composer.focus();
      },
      true,
    );
  }

  private say(text: string): void {
    const told = this.part("told");
    if (told) told.textContent = text;
  }

  private part(name: string): HTMLElement | null {
    return this.root.querySelector<HTMLElement>(`[data-part=${name}]`);
  }
}
