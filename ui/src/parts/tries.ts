// A prompt tried on models while it is written: what they say to it, how each answer is judged, and which answers were said
// to earlier words. One hidden field holds it as JSON: `tries` of the prompt as it stands, which are handed in, and in
// `earlier` those of other wordings, which come back if their words do.

import { moved } from "../keys";
import { Asker, type Heard, type Sent } from "./asking";
import type { Turn } from "./compose";
import { type Answer, type Column, Columns, slotsOf, type Try } from "./said";
import { changed } from "./walk";

interface Prompt {
  /** The turns as they would be handed in, with the set-up of the model before them. */
  turns: () => Turn[];
  /** The turns as the page came with them. */
  given: () => Turn[];
  /** No file is on its way. */
  ready: () => boolean;
}

interface Kept {
  to?: string;
  tries?: Answer[];
  earlier?: (Answer & { to: string })[];
}

export class Tries {
  private readonly worded = new Map<string, Wording>();
  private now = ""; // the prompt as it stands
  private seen = ""; // the wording whose answers are shown
  private started = false;
  private readonly asker: Asker;

  /** `root`: the part of the page below the turns. */
  static of(root: HTMLElement | null, prompt: Prompt): Tries | null {
    const kept = root?.querySelector<HTMLInputElement>("[data-part=tried]");
    const into = root?.querySelector<HTMLElement>("[data-part=answers]");
    const answer = root?.querySelector<HTMLTemplateElement>("template[data-part=answer]")?.content.firstElementChild;
    return root && kept && into && answer ? new Tries(root, kept, into, answer, prompt) : null;
  }

  private constructor(
    private readonly root: HTMLElement,
    private readonly kept: HTMLInputElement,
    private readonly into: HTMLElement,
    private readonly answer: Element,
    private readonly prompt: Prompt,
  ) {
    this.asker = new Asker(root, {
      seen: () => this.all().flatMap((each) => each.said.seen()),
      take: (heard) => this.take(heard),
      known: (ids) => this.all().forEach((each) => each.said.known(ids)),
      underWay: () => this.all().some((each) => each.said.underWay().length > 0),
      changed: () => this.tell(),
    });
  }

  /** Once the turns of the prompt stand on the page. */
  start(): void {
    this.started = true;
    if (!this.root.dataset.ask) {
      this.seen = worded(this.prompt.given()); // whoever judges it can't ask; other words than these leave the tries out
      this.fixes();
      this.update();
      return;
    }
    this.part("plain")?.setAttribute("hidden", "");
    this.part("with")?.removeAttribute("hidden");
    const whole = this.root.closest<HTMLElement>("[data-prompt]") ?? this.root;
    this.part("try")?.addEventListener("click", () => void this.ask());
    whole.addEventListener("keydown", (event) => {
      const going = this.worded.get(this.seen)?.said.underWay() ?? [];
      if (event.key === "Enter" && event.altKey && !event.isComposing) void this.ask();
      else if (event.key === "Escape" && going.length > 0) void this.asker.stop(going);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    this.into.addEventListener("click", (event) => this.pressed(event.target as HTMLElement));
    // Before the prompt hears of it: what it then tells us is held against what was restored.
    this.root.closest("form")?.addEventListener("draft-restored", () => this.load(this.kept.value), true);
    this.holdBack();
    this.load(this.kept.value || (this.kept.dataset.given ?? ""));
    this.asker.later(0); // what was asked from another page, or is still being written
  }

  /** Verdicts that a judge gives in the place of others. */
  private fixes(): void {
    const restored = (): void => {
      if (this.kept.value) this.kept.dataset.given = this.kept.value;
      const given = JSON.parse(this.kept.dataset.given || "{}") as Kept;
      for (const radio of this.root.querySelectorAll<HTMLInputElement>("[data-try]")) {
        radio.checked = given.tries?.some((each) => each.id === radio.dataset.try && each.verdict === radio.value) ?? false;
      }
    };
    restored();
    this.root.closest("form")?.addEventListener("draft-restored", restored, true);
    this.root.addEventListener("change", (event) => {
      const radio = event.target;
      if (!(radio instanceof HTMLInputElement) || !radio.dataset.try) return;
      const given = JSON.parse(this.kept.dataset.given || "{}") as Kept;
      for (const each of given.tries ?? []) if (each.id === radio.dataset.try) each.verdict = radio.value;
      this.kept.dataset.given = JSON.stringify(given);
      this.tell();
    });
  }

  /** The prompt changed. */
  update(): void {
    if (!this.started) return;
    this.now = worded(this.prompt.turns());
    if (!this.root.dataset.ask) {
      const same = this.now === this.seen;
      this.kept.value = same ? (this.kept.dataset.given ?? "") : "";
      this.part("moved")?.toggleAttribute("hidden", same || !this.kept.dataset.given);
      return;
    }
    if (this.worded.has(this.now)) this.seen = this.now;
    else if (!this.worded.has(this.seen)) this.seen = this.latest();
    for (const [to, each] of this.worded) each.show(to === this.seen, to === this.now, this.asker.asking);
    this.part("moved")?.toggleAttribute("hidden", this.seen === this.now || !this.worded.has(this.seen));
    this.kept.value = this.said();
  }

  private load(text: string): void {
    let found: Kept = {};
    try {
      found = (JSON.parse(text || "{}") as Kept | null) ?? {};
    } catch {
      // nothing of ours
    }
    const now = worded(this.prompt.turns());
    // What was kept before wordings were told apart as they are now, the server tells anew.
    if (ours(found.to ?? now)) for (const each of found.tries ?? []) this.wording(found.to ?? now).put(each);
    for (const each of found.earlier ?? []) if (ours(each.to)) this.wording(each.to).put({ ...each, text: "" });
    this.update();
    if (this.worded.size > 0) this.asker.later(0);
  }

  private all(): Wording[] {
    return [...this.worded.values()];
  }

  private wording(to: string): Wording {
    const found = this.worded.get(to) ?? new Wording(this.root, this.into, this.answer, this.worded.size, () => this.tell());
    this.worded.set(to, found);
    return found;
  }

  /** Of wordings that are not on the page, the one that was asked last. */
  private latest(): string {
    const found = [...this.worded].map(([to, each]) => [each.last(), to] as const).sort(([a], [b]) => (a < b ? 1 : -1));
    return found[0]?.[1] ?? "";
  }

  private pressed(target: HTMLElement): void {
    const act = target.closest<HTMLElement>("[data-act]")?.dataset.act;
    const slot = target.closest<HTMLElement>("[data-answer]")?.dataset.answer ?? "";
    const shown = this.worded.get(this.seen);
    if (!shown) return;
    if (act === "stop") void this.asker.stop(shown.said.underWay(slot));
    if (act === "again") void this.ask([slot]);
    if (act === "earlier" || act === "later") {
      shown.said.flip(slot, act === "later" ? 1 : -1);
      this.tell();
    }
  }

  private async ask(slots = slotsOf(this.root)): Promise<void> {
    if (this.asker.asking) return;
    if (!this.prompt.ready()) {
      this.asker.wrong(this.root.dataset.sending ?? "");
      return;
    }
    const turns = this.prompt.turns();
    const [to, before, from] = [worded(turns), this.seen, document.activeElement as HTMLElement | null];
    const wording = this.wording(to);
    wording.said.wait(slots);
    this.tell();
    this.into.focus({ preventScroll: true });
    this.into.scrollIntoView({ block: "nearest" });
    const asked = await this.asker.ask(turns, slots);
    if (asked) for (const row of asked) wording.said.begin(row.slot, row.id);
    else wording.said.settle(slots);
    if (!asked && !wording.last()) {
      wording.leave();
      this.worded.delete(to);
      this.seen = before;
    }
    this.tell();
    if (!asked && document.activeElement === this.into) from?.focus();
  }

  private take(heard: Heard): boolean {
    const wording = this.all().find((each) => each.said.has(heard.id)) ?? (heard.to && heard.state !== "failed" ? this.wording(hashed(heard.to)) : undefined);
    if (!wording) return false;
    if (!wording.said.has(heard.id)) wording.said.begin(heard.slot, heard.id);
    const told = wording.said.hear(heard, heard.at, heard.text);
    const into = this.part("heard");
    if (told && into) into.textContent = told;
    return true;
  }

  // ---- what is sent

  private said(): string {
    const found: Kept = { to: this.now, tries: this.worded.get(this.now)?.value() ?? [] };
    const earlier = [...this.worded].filter(([to]) => to !== this.now);
    found.earlier = earlier.flatMap(([to, each]) => each.value().map((one) => ({ ...one, text: "", to })));
    return found.tries?.length || found.earlier.length ? JSON.stringify(found) : "";
  }

  private tell(): void {
    const before = this.kept.value;
    this.update();
    if (this.kept.value !== before) changed(this.kept);
  }

  private holdBack(): void {
    this.root.closest("form")?.addEventListener(
      "submit",
      (event) => {
        const now = this.worded.get(this.now);
        const writing = this.asker.asking || (now?.said.underWay().length ?? 0) > 0;
        const open = writing ? undefined : now?.unjudged();
        if ((!writing && !open) || event.submitter?.hasAttribute("formaction")) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        this.tell();
        this.asker.wrong((writing ? this.root.dataset.wait : this.root.dataset.unjudged) ?? "");
        (open ?? this.into).focus();
      },
      true,
    );
  }

  private part(name: string): HTMLElement | null {
    return this.root.querySelector<HTMLElement>(`[data-part=${name}]`);
  }
}

/** What models said to one wording. */
class Wording {
  readonly said: Columns;
  private readonly box = document.createElement("div");

  constructor(
    private readonly root: HTMLElement,
    into: HTMLElement,
    pattern: Element,
    private readonly number: number,
    private readonly told: () => void,
  ) {
    this.box.className = "panel-answers";
    this.said = new Columns(root, pattern, this.box, () => undefined);
    for (const column of this.said.all) this.judges(column);
    into.append(this.box);
  }

  /** An answer as it was kept; its state is told by the server. */
  put({ slot, id, text, verdict }: Answer): void {
    const found = this.said.column(slot)?.tries.find((each) => each.id === id);
    if (found && verdict) found.verdict = verdict;
    else if (!found) this.said.put({ slot, id, text, ...(verdict ? { verdict } : {}) });
  }

  leave(): void {
    this.box.remove();
  }

  /** The latest answer's id, by which wordings have an order; empty where there is none. */
  last(): string {
    return this.said.all.flatMap((column) => column.tries.map((each) => each.id)).sort().at(-1) ?? "";
  }

  /** What is handed in: all that was said, also where it was stopped. */
  value(): Answer[] {
    const counts = this.said.all.flatMap((column) => column.tries.filter((each) => each.underWay || isTry(each)));
    return counts.map(({ slot, id, text, verdict, state }) => ({ slot, id, text, ...(state === "stopped" ? { stopped: true } : {}), ...(verdict ? { verdict } : {}) }));
  }

  /** Where an answer is to be judged that is not yet: it is the one that is seen then. */
  unjudged(): HTMLInputElement | undefined {
    for (const column of this.said.all) {
      const radio = column.box.querySelector<HTMLInputElement>("[data-part=verdicts] input");
      const at = column.tries.findIndex((each) => isTry(each) && !each.verdict);
      if (!radio || at < 0) continue;
      column.seen = at;
      return radio;
    }
    return undefined;
  }

  show(seen: boolean, now: boolean, asking: boolean): void {
    this.box.hidden = !seen;
    this.box.classList.toggle("moved", !now);
    this.said.all.forEach((column, at) => {
      column.show(now, asking);
      const shown = column.shown();
      const field = column.box.querySelector<HTMLFieldSetElement>("[data-part=verdicts]");
      if (!field) return;
      field.hidden = !seen || column.waits || !shown || !isTry(shown) || (!now && !shown.verdict);
      field.disabled = !now;
      field.querySelectorAll<HTMLInputElement>("input").forEach((radio, place, all) => {
        radio.checked = shown?.verdict === radio.value;
        const key = String(at * all.length + place + 1);
        if (now && seen) radio.dataset.key = key;
        else delete radio.dataset.key;
        const kbd = radio.parentElement?.querySelector("kbd");
        if (kbd) kbd.hidden = !now;
        if (kbd) kbd.textContent = moved(key).toUpperCase();
        if (now && seen) radio.setAttribute("aria-keyshortcuts", moved(key));
        else radio.removeAttribute("aria-keyshortcuts");
      });
    });
  }

  private judges(column: Column): void {
    for (const radio of column.box.querySelectorAll<HTMLInputElement>("[data-part=verdicts] input")) {
      radio.name = `tries.${this.root.dataset.question ?? ""}.${this.number}.${column.slot}`;
      radio.id = `${radio.name}.${radio.value}`;
      const label = radio.parentElement?.querySelector("label");
      label?.setAttribute("for", radio.id);
      radio.setAttribute("aria-label", `${column.part("name").textContent ?? ""}: ${label?.querySelector("span")?.textContent ?? ""}`);
      radio.addEventListener("input", (event) => event.stopPropagation());
      radio.addEventListener("change", (event) => {
        event.stopPropagation();
        const shown = column.shown();
        if (shown) shown.verdict = radio.value;
        this.told();
      });
    }
  }
}

/** An answer that came whole, or had said something when it was stopped. */
function isTry(each: Try): boolean {
  return each.state === "done" || (each.state === "stopped" && each.text !== "");
}

/** Which words and files a prompt has, in short: what people are told of its pictures goes to no model. */
function worded(turns: Turn[]): string {
  return hashed(turns.map(({ role, text, files }): Sent => [role, text, files.map((file) => String(file.sha256))]));
}

const MARK = "2-"; // of how wordings are told apart

function ours(to: string): boolean {
  return to.startsWith(MARK);
}

/** As the server reads it (`wording_of`): without what nobody sees, every blank the same. */
function read(text: string): string {
  const shown = text.replace(/[\p{Cf}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\u{e0100}-\u{e01ef}]/gu, "");
  return shown.normalize("NFC").replace(/[\s\x1c-\x1f\x85]+/g, " ").trim();
}

/** Tells wordings apart on this page (cyrb53); what was said to which is proven by the server. */
function hashed(turns: Sent[]): string {
  const sent = turns.map(([role, text, files]): Sent => [role, read(text), files]).filter(([, text, files]) => text || files.length > 0);
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (const byte of new TextEncoder().encode(JSON.stringify(sent))) {
    a = Math.imul(a ^ byte, 2_654_435_761);
    b = Math.imul(b ^ byte, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return `${MARK}${(b >>> 0).toString(16)}-${(a >>> 0).toString(16)}`;
}
