// What a page says to the server of models and hears from it: asks them, looks again and again at what they said so far, stops
// them. Their words come by asking, so a reload, a second tab or an hour offline loses none of them.

import type { Said } from "./said";

/** An answer as the server tells it. `to`: of one that the page did not name, to which turns it was said: role, text, files. */
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
  to: Sent[] | null;
}

export type Sent = [role: string, text: string, files: string[]];

/** What came of an answer since the page looked last: after so many characters, this text. */
export interface Heard extends Said {
  turn: number;
  slot: string;
  at: number;
  text: string;
  to: Sent[] | null;
}

export interface Holds {
  /** Which answers stand here, as `id:characters`; -1 for one that is whole. */
  seen: () => string[];
  /** False: there is no place for it. */
  take: (heard: Heard) => boolean;
  /** All that was told: what else stands here as if it were under way is none. */
  known: (ids: Set<string>) => void;
  underWay: () => boolean;
  changed: () => void;
}

const WAIT_MS_MAX = 8_000;

export class Asker {
  asking = false;
  private timer = 0;
  private failures = 0;
  private readonly others = new Set<string>(); // answers that no place is for any more: they need not be told again

  /** `root` holds addresses and words (`data-ask`, `data-stop`, …), and `[data-part=wrong]` and `[data-part=used]`. */
  constructor(
    private readonly root: HTMLElement,
    private readonly holds: Holds,
  ) {}

  /** Ask the models of some places; null: it was refused, false: nobody knows whether they were asked. */
  async ask(turns: unknown, slots: string[]): Promise<{ id: string; slot: string }[] | null | false> {
    const body = new URLSearchParams({
      question: this.root.dataset.question ?? "",
      turns: JSON.stringify(turns),
      places: slots.map((slot) => String("ab".indexOf(slot))).join(","),
    });
    this.asking = true;
    this.wrong("");
    this.holds.changed();
    try {
      const answer = await fetch(this.root.dataset.ask ?? "", { method: "POST", body, headers: { "X-CSRFToken": this.token(), Accept: "application/json" } });
      const told = (await answer.json()) as { why?: string; asked?: { id: string; slot: string }[]; again_ms: number };
      if (!answer.ok || !told.asked) {
        this.wrong(told.why ?? this.root.dataset.broke ?? "");
        return null;
      }
      this.later(told.again_ms);
      return told.asked;
    } catch {
      // It may have been asked although we never heard so: then it is found among what the server tells.
      this.wrong(this.root.dataset.broke ?? "");
      this.later(1_000);
      return false;
    } finally {
      this.asking = false;
    }
  }

  async stop(ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    const body = new URLSearchParams(ids.map((id) => ["answer", id]));
    await fetch(this.root.dataset.stop ?? "", { method: "POST", body, headers: { "X-CSRFToken": this.token() } }).catch(() => null);
    this.later(50);
  }

  later(ms: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.look(), ms);
  }

  wrong(text: string): void {
    const said = this.root.querySelector<HTMLElement>("[data-part=wrong]");
    if (!said) return;
    said.hidden = !text;
    said.textContent = text;
  }

  private async look(): Promise<void> {
    const seen = [...this.holds.seen(), ...[...this.others].map((id) => `${id}:-1`)].join(",");
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
    for (const { id, turn, slot, state, under_way: underWay, at, text, why, cut, tree, to } of told.answers) {
      const taken = this.holds.take({ id, turn, slot, state, underWay, at, text, why, cut, tree, to });
      if (!taken && !underWay) this.others.add(id);
    }
    const used = this.root.querySelector<HTMLElement>("[data-part=used]");
    if (used) used.textContent = `${this.root.dataset.asked ?? ""} ${told.asked} / ${this.root.dataset.askedMost ?? ""}`;
    this.holds.known(new Set(told.answers.map((row) => row.id)));
    this.holds.changed();
    if (this.holds.underWay()) this.later(document.hidden ? 2_000 : told.again_ms);
  }

  private token(): string {
    return this.root.closest("form")?.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
  }
}
