// Stretches of a recording or a film: where one begins and ends is set by keys while it plays, or drawn over the line of
// time. One hidden field holds them as JSON, [[start, end, label, text]], in milliseconds, and is what is sent.

import { pressed } from "../keys";
import { paint, peaksOf, WAVE_BYTES_MAX } from "./media";
import { make } from "./regions-draw";
import { clock, SegmentList, type Stretch } from "./segments-list";
import { ticks } from "./timeline";

const HIGH = 72;
const SECOND = 1_000;
const TENTH = 100;

export function startSegments(root: HTMLElement): void {
  const media = root.querySelector<HTMLMediaElement>("[data-part=media]");
  const line = root.querySelector<HTMLElement>("[data-part=canvas]");
  const svg = root.querySelector<SVGElement>("[data-part=over]");
  const top = root.querySelector<SVGElement>("[data-part=top]");
  const kept = root.querySelector<HTMLInputElement>("[data-part=kept]");
  if (media && line && svg && top && kept) new Segments(root, media, line, svg, top, kept).start();
}

class Segments {
  private marks: Stretch[] = [];
  private chosen: Stretch | null = null;
  private fresh: Stretch | null = null; // made just now: a label's key is meant for the next one
  private begun: number | null = null;
  private until: number | null = null; // where playing one stretch stops
  private place = 0; // in milliseconds: where keys and the player stand, known also where the sound can't be played
  private peaks: number[] = [];
  private version = 0; // of the stretches: what is drawn is drawn anew only where they changed
  private shown = "";
  private label: string;
  private readonly labels: HTMLButtonElement[];
  private readonly list: SegmentList;

  constructor(
    private readonly root: HTMLElement,
    private readonly media: HTMLMediaElement,
    private readonly line: HTMLElement,
    private readonly svg: SVGElement,
    private readonly top: SVGElement, // where it stands, and what is begun: drawn at every step
    private readonly kept: HTMLInputElement,
  ) {
    this.labels = [...root.querySelectorAll<HTMLButtonElement>("button[data-label]")];
    this.label = this.labels[0]?.dataset.label ?? "";
    this.list = new SegmentList(root, {
      play: (mark) => this.playOne(mark),
      drop: (mark) => this.drop(mark),
      label: (mark, label) => this.relabel(mark, label),
      times: (mark, start, end) => this.retime(mark, start, end),
      text: (mark, text) => {
        mark.text = text;
        this.save();
      },
      back: (mark) => {
        this.chosen = this.fresh = mark;
        this.to(mark.end); // on with what comes after it
        line.focus();
      },
      pause: () => this.play(),
    });
  }

  start(): void {
    const { line, media, root } = this;
    line.tabIndex = 0;
    line.setAttribute("role", "slider");
    line.setAttribute("aria-label", line.dataset.name ?? "");
    line.setAttribute("aria-describedby", line.dataset.how ?? "");
    line.setAttribute("aria-valuemin", "0");
    root.querySelector("[data-part=rows]")?.remove();
    for (const name of ["labels", "how", "frame", "acts-of-time"]) root.querySelector(`[data-part=${name}]`)?.removeAttribute("hidden");
    for (const button of this.labels) button.addEventListener("click", () => this.take(button.dataset.label ?? ""));
    const acts: Record<string, () => void> = { in: () => this.begin(), out: () => this.end(), play: () => this.play() };
    for (const button of root.querySelectorAll<HTMLButtonElement>("[data-do]")) {
      button.addEventListener("click", acts[button.dataset.do ?? ""] ?? (() => undefined));
    }
    line.addEventListener("keydown", (event) => this.key(event));
    line.addEventListener("pointerdown", (event) => this.press(event));
    for (const name of ["loadedmetadata", "pause"]) media.addEventListener(name, () => this.draw());
    media.addEventListener("seeked", () => {
      if (Math.abs(this.heard() - this.place) > TENTH) this.place = this.heard(); // moved in the player itself
      this.draw();
    });
    media.addEventListener("timeupdate", () => {
      if (!media.paused) this.place = this.heard();
      if (this.until !== null && this.now() >= this.until) {
        media.pause();
        this.until = null;
      }
      this.draw();
    });
    new ResizeObserver(() => this.draw()).observe(line);
    root.closest("form")?.addEventListener("draft-restored", () => this.load());
    if (media instanceof HTMLAudioElement) void this.hear();
    this.load();
  }

  /** The sound as a wave, where the file is not too large for that. */
  private async hear(): Promise<void> {
    if (Number(this.media.dataset.bytes) > WAVE_BYTES_MAX) return;
    this.peaks = await peaksOf(this.media.src, 1_600);
    this.draw();
  }

  private load(): void {
    this.marks = read(this.kept.value || (this.kept.dataset.given ?? "[]"));
    if (this.marks.length > 0 || this.kept.value) this.kept.value = this.written();
    this.chosen = null;
    this.version += 1;
    this.draw();
  }

  private written(): string {
    return JSON.stringify(this.marks.map((mark) => [mark.start, mark.end, mark.label, mark.text]));
  }

  private save(): void {
    this.kept.value = this.written();
    this.kept.dispatchEvent(new Event("input", { bubbles: true }));
  }

  private changed(): void {
    this.marks.sort((a, b) => a.start - b.start || a.end - b.end);
    const none = this.root.querySelector<HTMLInputElement>("[data-part=none]");
    if (none && this.marks.length > 0) none.checked = false;
    this.version += 1;
    this.save();
    this.draw();
  }

  // Time

  private long(): number {
    // What the server knows comes first: it takes no stretch beyond it.
    const heard = Number.isFinite(this.media.duration) ? Math.round(this.media.duration * 1_000) : 0;
    return Math.max(1, Number(this.root.dataset.ms) || heard, ...this.marks.map((mark) => mark.end));
  }

  private heard(): number {
    return Math.round(this.media.currentTime * 1_000);
  }

  private now(): number {
    return Math.min(this.long(), this.place);
  }

  private to(at: number): void {
    this.until = null;
    this.place = Math.min(Math.max(at, 0), this.long());
    this.media.currentTime = this.place / 1_000;
    this.draw();
  }

  private play(): void {
    this.until = null;
    if (this.media.paused) void this.media.play().catch(() => undefined);
    else this.media.pause();
  }

  private playOne(mark: Stretch): void {
    this.choose(mark);
    void this.media.play().catch(() => undefined);
    this.until = mark.end;
  }

  // By keys and mouse

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const by = event.shiftKey ? TENTH : SECOND;
    const key = pressed(event);
    const label = this.labels.find((each) => each.dataset.letter === key && key);
    const does: Record<string, () => void> = {
      ArrowRight: () => this.to(this.now() + by),
      ArrowUp: () => this.to(this.now() + by),
      ArrowLeft: () => this.to(this.now() - by),
      ArrowDown: () => this.to(this.now() - by),
      Home: () => this.to(0),
      End: () => this.to(this.long()),
      " ": () => this.play(),
      Delete: () => (this.chosen ? this.drop(this.chosen) : this.say("bare")),
      Backspace: () => (this.chosen ? this.drop(this.chosen) : this.say("bare")),
      Escape: () => this.leave(),
      Enter: () => (this.chosen ? this.list.words(this.chosen) : this.say("bare")),
    };
    // The buttons' keys are this line's own where it has the focus: a page may ask of two recordings.
    const own: Record<string, () => void> = {
      i: () => this.begin(),
      o: () => this.end(),
      v: () => this.play(),
    };
    const act = label ? (): void => this.take(label.dataset.label ?? "") : (does[event.key] ?? own[key] ?? this.walks(key));
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  private leave(): void {
    this.chosen = this.begun = null;
    this.say("");
    this.draw();
  }

  private walks(key: string): (() => void) | undefined {
    if ((key !== "j" && key !== "k") || this.marks.length === 0) return undefined;
    return () => {
      const by = key === "j" ? 1 : -1;
      const at = this.chosen ? this.marks.indexOf(this.chosen) : by > 0 ? -1 : this.marks.length;
      const mark = this.marks[Math.min(Math.max(at + by, 0), this.marks.length - 1)];
      if (mark) this.choose(mark);
    };
  }

  private press(event: PointerEvent): void {
    if (event.button !== 0) return;
    const from = this.at(event);
    const mouse = event.pointerType !== "touch";
    let moved = false;
    if (mouse) this.line.setPointerCapture(event.pointerId);
    const move = (now: PointerEvent): void => {
      if (!mouse || (!moved && Math.abs(now.clientX - event.clientX) < 4)) return;
      moved = true;
      this.begun = from;
      this.to(this.at(now));
    };
    const end = (now: PointerEvent): void => {
      this.line.removeEventListener("pointermove", move);
      this.line.removeEventListener("pointerup", end);
      this.line.removeEventListener("pointercancel", end);
      if (now.type === "pointercancel") return;
      const to = this.at(now);
      if (moved) {
        this.begun = null;
        return this.add(Math.min(from, to), Math.max(from, to));
      }
      const mark = this.marks.find((each) => each.start <= to && each.end >= to);
      if (mark) this.choose(mark);
      this.to(to);
    };
    this.line.addEventListener("pointermove", move);
    this.line.addEventListener("pointerup", end);
    this.line.addEventListener("pointercancel", end);
  }

  private at(event: PointerEvent): number {
    const box = this.line.getBoundingClientRect();
    return Math.round(Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1) * this.long());
  }

  // What is done

  private begin(): void {
    this.begun = this.now();
    this.chosen = null;
    this.say("begun", clock(this.begun));
    this.draw();
  }

  /** From where it was begun; without that, from the end of the stretch before, or from the beginning. */
  private end(): void {
    const now = this.now();
    const before = this.marks.filter((mark) => mark.end <= now).at(-1)?.end ?? 0;
    this.add(this.begun ?? before, now);
  }

  private add(start: number, end: number): void {
    if (start >= end) return this.say("flat");
    if (this.marks.length >= Number(this.root.dataset.most)) return this.say("full");
    if (this.wrong(start, end, this.label, null)) return;
    const mark: Stretch = { start, end, label: this.label, text: "" };
    this.begun = null;
    this.marks.push(mark);
    this.chosen = this.fresh = mark;
    this.changed();
    this.say("made", this.told(mark));
    if (this.root.dataset.text === "required" && this.media.paused) this.list.words(mark);
  }

  /** Says why a stretch can't lie there. */
  private wrong(start: number, end: number, label: string, but: Stretch | null): boolean {
    const others = this.marks.filter((mark) => mark !== but);
    if (others.some((mark) => mark.start === start && mark.end === end && mark.label === label)) {
      this.say("twice");
      return true;
    }
    const over = this.root.dataset.overlap === undefined && others.some((mark) => mark.start < end && mark.end > start);
    if (over) this.say("over");
    return over;
  }

  private drop(mark: Stretch): void {
    this.marks = this.marks.filter((each) => each !== mark);
    if (this.chosen === mark) this.chosen = null;
    this.changed();
    this.say("gone", this.told(mark));
    this.line.focus();
  }

  private choose(mark: Stretch): void {
    [this.chosen, this.fresh] = [mark, null];
    this.to(mark.start);
    this.say("at", this.told(mark));
  }

  private take(label: string): void {
    this.label = label;
    if (this.chosen && this.chosen !== this.fresh && this.chosen.label !== label) this.relabel(this.chosen, label);
    else this.draw();
    this.say("", this.name(label));
  }

  private relabel(mark: Stretch, label: string): boolean {
    if (this.wrong(mark.start, mark.end, label, mark)) return false;
    mark.label = label;
    this.changed();
    return true;
  }

  private retime(mark: Stretch, start: number, end: number): boolean {
    if (start >= end || end > this.long()) {
      this.say("off");
      return false;
    }
    if (this.wrong(start, end, mark.label, mark)) return false;
    [mark.start, mark.end] = [start, end];
    this.changed();
    return true;
  }

  // What is said and drawn

  private say(code: string, more = ""): void {
    const out = this.root.querySelector<HTMLElement>("[data-part=said]");
    if (out) out.textContent = `${out.dataset[code] ?? ""} ${more}`.trim();
  }

  private name(label: string): string {
    return this.labels.find((each) => each.dataset.label === label)?.querySelector("mark")?.textContent ?? label;
  }

  private told(mark: Stretch): string {
    return `${this.name(mark.label)}, ${clock(mark.start)} – ${clock(mark.end)}`;
  }

  private draw(): void {
    const [long, now, wide] = [this.long(), this.now(), this.line.clientWidth];
    this.line.setAttribute("aria-valuemax", String(Math.round(long / 1_000)));
    this.line.setAttribute("aria-valuenow", String(Math.round(now / 1_000)));
    this.line.setAttribute("aria-valuetext", `${clock(now)} / ${clock(long)}`);
    const canvas = this.line.querySelector("canvas");
    if (canvas && this.peaks.length > 0) paint(canvas, this.peaks, now / long);
    for (const svg of [this.svg, this.top]) svg.setAttribute("viewBox", `0 0 ${Math.max(1, wide)} ${HIGH}`);
    const x = (at: number): number => (at / long) * wide;
    const state = [this.version, this.chosen ? this.marks.indexOf(this.chosen) : -1, wide, long].join(" ");
    if (state !== this.shown) {
      this.svg.replaceChildren(...this.marks.flatMap((mark) => this.drawn(mark, x)), ...ticks(long, wide, HIGH));
      this.list.draw(this.marks, this.chosen);
      this.shown = state;
    }
    const top = [make("line", { class: "now", x1: x(now), y1: 0, x2: x(now), y2: HIGH })];
    if (this.begun !== null) {
      const [left, right] = [Math.min(this.begun, now), Math.max(this.begun, now)];
      const width = Math.max(2, x(right) - x(left));
      top.unshift(make("rect", { class: "stretch pending", x: x(left), y: 1, width, height: HIGH - 2 }));
    }
    this.top.replaceChildren(...top);
    const where = this.root.querySelector("[data-part=where]");
    if (where) where.textContent = `${clock(now)} / ${clock(long)}`;
    for (const button of this.labels) button.setAttribute("aria-pressed", String(button.dataset.label === this.label));
  }

  private drawn(mark: Stretch, x: (at: number) => number): SVGElement[] {
    const place = this.labels.findIndex((each) => each.dataset.label === mark.label);
    const width = Math.max(2, x(mark.end) - x(mark.start));
    const chosen = mark === this.chosen ? " chosen" : "";
    const sign = make("text", { class: "sign", x: x(mark.start) + 4, y: 15, "font-size": 13 });
    sign.textContent = width > 14 ? (this.labels[place]?.dataset.sign ?? "") : "";
    return [make("rect", { class: `stretch shape-${place}${chosen}`, x: x(mark.start), y: 1, width, height: HIGH - 2 }), sign];
  }
}

function read(json: string): Stretch[] {
  let given: unknown;
  try {
    given = JSON.parse(json);
  } catch {
    return [];
  }
  if (!Array.isArray(given)) return [];
  return given.flatMap((each: unknown) => {
    if (!Array.isArray(each)) return [];
    const [start, end, label, text] = each as unknown[];
    if (typeof start !== "number" || typeof end !== "number" || start < 0 || start >= end) return [];
    return [{ start, end, label: String(label), text: String(text ?? "") }];
  });
}
