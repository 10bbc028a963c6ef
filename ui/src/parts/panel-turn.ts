// One turn of a conversation with models (panel.ts): what was said, each model's answers, of which one of several tries is
// seen, and which is better.

import { moved } from "../keys";
import type { Sent } from "./compose";
import { type Answer, Columns, type Try } from "./said";

/** A turn as the answer keeps it. */
export interface Judged {
  text: string;
  files: Sent[];
  answers: Answer[];
  choice?: string;
  preference?: number;
  reason?: string;
}

export class Talked {
  readonly answersBox: HTMLElement;
  readonly said: Columns;
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
    this.said = new Columns(root, pattern, this.answersBox, () => this.chosen());
    for (const answer of turn.answers) this.said.put(answer);
    for (const column of this.said.all) {
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
      else radio.checked = this.said.column(radio.value)?.tries.some((each) => each.id === this.turn.choice) ?? false;
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
    const found = this.said.column(slot)?.usable();
    if (found) this.turn.choice = found.id;
    else delete this.turn.choice;
  }

  value(): Judged {
    const usable = (each: Try): boolean => each.underWay || each.state === "done" || each.state === "stopped";
    this.turn.answers = this.said.all.flatMap((column) => column.tries.filter(usable).map(({ slot, id, text }) => ({ slot, id, text })));
    return this.turn;
  }

  asked(): { text: string; files: Sent[]; choice: string | null } {
    return { text: this.turn.text, files: this.turn.files, choice: this.turn.choice ?? null };
  }

  /** Everything is answered, and it is said by which answer the talk goes on. */
  done(): boolean {
    return this.said.answered() && this.turn.choice !== undefined;
  }

  show(last: boolean, asking: boolean): void {
    for (const column of this.said.all) {
      column.show(last, asking);
      column.box.classList.toggle("chosen", column.usable()?.id === this.turn.choice && this.turn.choice !== undefined);
    }
    const back = this.box.querySelector<HTMLElement>("[data-act=back]");
    if (back) back.hidden = !last || asking;
    if (!this.judge) return;
    this.judge.hidden = !this.said.answered();
    // A turn that the talk went on from stays as it was judged: what came after it was said to that.
    this.judge.disabled = !last;
    this.judge.querySelector("[data-part=tied]")?.toggleAttribute("hidden", this.turn.preference !== 0);
    this.judge.querySelectorAll<HTMLInputElement>("[data-part=step]").forEach((radio, at) => {
      if (last) radio.dataset.key = String(at + 1);
      else delete radio.dataset.key;
      radio.toggleAttribute("aria-keyshortcuts", last);
      if (last) radio.setAttribute("aria-keyshortcuts", moved(String(at + 1)));
      const kbd = radio.parentElement?.querySelector("kbd");
      if (kbd) kbd.hidden = !last;
      if (kbd) kbd.textContent = moved(String(at + 1)).toUpperCase();
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
