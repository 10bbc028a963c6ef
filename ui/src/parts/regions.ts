// Marks on a picture: boxes, polygons and points, by mouse, by touch or by keys alone. One hidden field holds the marks as
// JSON, [[kind, label, numbers, comment]], in pixels of the picture as it is stored, and is what is sent.

import { pressed } from "../keys";
import { drawCross, drawMark, drawPending, keepInSight } from "./regions-draw";
import { RegionList } from "./regions-list";
import { boxed, corners, CORNERS_MAX, middle, numbers, pairs, read, sound, within, type Kind, type Place, type Region } from "./regions-shape";

const [NEAR, NEAR_TOUCH] = [9, 18]; // of the screen's pixels: so close to a corner is on it

export function startRegions(root: HTMLElement): void {
  const canvas = root.querySelector<HTMLElement>("[data-part=canvas]");
  const svg = root.querySelector<SVGElement>("[data-part=over]");
  const top = root.querySelector<SVGElement>("[data-part=top]");
  const kept = root.querySelector<HTMLInputElement>("[data-part=kept]");
  if (canvas && svg && top && kept) new Regions(root, canvas, svg, top, kept).start();
}

class Regions {
  private marks: Region[] = [];
  private chosen: Region | null = null;
  private fresh: Region | null = null; // made just now: a label's key is meant for the next one
  private pending: number[] = [];
  private version = 0; // of the marks: what is drawn is drawn anew only where they changed
  private shown = "";
  private cross: Place;
  private keyed = false; // whether the cross is shown: keys are in use
  private kind: Kind;
  private label: string;
  private readonly wide: number;
  private readonly high: number;
  private readonly labels: HTMLButtonElement[];
  private readonly shapes: HTMLButtonElement[];
  private readonly list: RegionList;

  constructor(
    private readonly root: HTMLElement,
    private readonly canvas: HTMLElement,
    private readonly svg: SVGElement,
    private readonly top: SVGElement, // what is being made, and the cross: drawn at every step
    private readonly kept: HTMLInputElement,
  ) {
    this.wide = Number(root.dataset.wide);
    this.high = Number(root.dataset.high);
    this.cross = [Math.round(this.wide / 2), Math.round(this.high / 2)];
    this.labels = [...root.querySelectorAll<HTMLButtonElement>("button[data-label]")];
    this.shapes = [...root.querySelectorAll<HTMLButtonElement>("button[data-shape]")];
    this.label = this.labels[0]?.dataset.label ?? "";
    this.kind = (this.shapes[0]?.dataset.shape ?? "box") as Kind;
    this.list = new RegionList(root, {
      show: (mark) => this.choose(mark, true),
      drop: (mark) => this.drop(mark),
      label: (mark, label) => this.relabel(mark, label),
      place: (mark, text) => this.replace(mark, text),
      comment: (mark, comment) => {
        mark.comment = comment;
        this.save();
      },
    });
  }

  start(): void {
    const { canvas, root } = this;
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", canvas.dataset.name ?? "");
    canvas.setAttribute("aria-describedby", canvas.dataset.how ?? "");
    root.querySelector("[data-part=rows]")?.remove();
    for (const name of ["labels", "shapes", "how"]) root.querySelector(`[data-part=${name}]`)?.removeAttribute("hidden");
    for (const shape of this.shapes) shape.hidden = this.shapes.length < 2;
    for (const button of this.labels) button.addEventListener("click", () => this.take(button.dataset.label ?? ""));
    for (const button of this.shapes) button.addEventListener("click", () => this.use(button.dataset.shape as Kind));
    root.querySelector("[data-part=finish]")?.addEventListener("click", () => {
      this.finish();
      canvas.focus();
    });
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    for (const name of ["focus", "blur"]) {
      canvas.addEventListener(name, () => {
        this.keyed = canvas.matches(":focus-visible");
        this.draw();
      });
    }
    new ResizeObserver(() => this.draw()).observe(canvas);
    root.closest("form")?.addEventListener("draft-restored", () => this.load());
    this.load();
  }

  private load(): void {
    this.marks = read(this.kept.value || (this.kept.dataset.given ?? "[]"), (at, kind) => sound(at, kind, this.wide, this.high));
    if (this.marks.length > 0 || this.kept.value) this.kept.value = this.written();
    [this.chosen, this.pending] = [null, []];
    this.version += 1;
    this.draw();
  }

  private written(): string {
    return JSON.stringify(this.marks.map((mark) => [mark.kind, mark.label, mark.at, mark.comment]));
  }

  private save(): void {
    this.kept.value = this.written();
    this.kept.dispatchEvent(new Event("input", { bubbles: true }));
  }

  private changed(): void {
    const none = this.root.querySelector<HTMLInputElement>("[data-part=none]");
    if (none && this.marks.length > 0) none.checked = false;
    this.version += 1;
    this.save();
    this.draw();
  }

  // By keys

  private key(event: KeyboardEvent): void {
    if (event.altKey || event.metaKey || event.isComposing) return;
    if (this.arrow(event) || (!event.ctrlKey && this.does(event))) {
      event.preventDefault();
      event.stopPropagation();
      this.keyed = true;
      this.draw();
    }
  }

  private arrow(event: KeyboardEvent): boolean {
    const way = ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as Record<string, Place>)[event.key];
    if (!way) return false;
    const far = Math.max(1, Math.round(Math.max(this.wide, this.high) / 100));
    const by = event.ctrlKey ? 1 : event.shiftKey ? 10 * far : far;
    this.to([this.cross[0] + by * way[0], this.cross[1] + by * way[1]]);
    keepInSight(this.canvas, this.cross[0] / this.px(), this.cross[1] / this.px());
    return true;
  }

  private does(event: KeyboardEvent): boolean {
    const key = pressed(event);
    const label = this.labels.find((each) => each.dataset.letter === key);
    if (label && key) this.take(label.dataset.label ?? "");
    else if (event.key === "Enter") this.set(this.cross, 0);
    else if (event.key === "Backspace" && this.pending.length > 0) this.back();
    else if (event.key === "Delete" || event.key === "Backspace") this.chosen ? this.drop(this.chosen) : this.say("bare");
    else if (event.key === "Escape" && (this.pending.length > 0 || this.chosen)) this.leave();
    else if (key === "f" && this.pending.length > 0) this.finish();
    else if (key === "z" && this.shapes.length > 1) this.next();
    else if ((key === "j" || key === "k") && this.marks.length > 0) this.walk(key === "j" ? 1 : -1);
    else return false;
    return true;
  }

  private walk(by: number): void {
    const at = this.chosen ? this.marks.indexOf(this.chosen) : by > 0 ? -1 : this.marks.length;
    const mark = this.marks[Math.min(Math.max(at + by, 0), this.marks.length - 1)];
    if (mark) this.choose(mark, false);
  }
  private leave(): void {
    this.pending = [];
    this.chosen = null;
    this.say("");
  }

  private back(): void {
    this.pending = this.pending.slice(0, -2);
    this.say("corner", String(this.pending.length / 2));
  }

  private next(): void {
    const at = this.shapes.findIndex((each) => each.dataset.shape === this.kind);
    const shape = this.shapes[(at + 1) % this.shapes.length];
    this.use(shape?.dataset.shape as Kind);
    this.say("", shape?.textContent ?? "");
  }

  // By mouse and touch

  private press(event: PointerEvent): void {
    if (event.button !== 0) return;
    const touch = event.pointerType === "touch";
    const near = (touch ? NEAR_TOUCH : NEAR) * this.px();
    const from = this.place(event);
    const grasped = touch || !this.chosen ? -1 : this.corner(this.chosen, from, near);
    const still = (this.chosen && corners(this.chosen)[(grasped + 2) % 4]) ?? from; // of a box: the corner across
    let moved = false;
    if (!touch) {
      event.preventDefault();
      this.canvas.focus({ preventScroll: true });
      this.canvas.setPointerCapture(event.pointerId);
    }
    this.keyed = false;
    const move = (now: PointerEvent): void => {
      if (!moved && Math.hypot(now.clientX - event.clientX, now.clientY - event.clientY) < 4) return;
      moved = true;
      if (touch) return; // a finger that moves scrolls
      this.to(this.place(now));
      if (grasped >= 0) this.version += 1;
      if (grasped >= 0 && this.chosen) this.pull(this.chosen, grasped, still, this.cross);
      else if (this.kind === "box" && this.pending.length === 0) this.pending = [...from];
      this.draw();
    };
    const end = (now: PointerEvent): void => {
      this.canvas.removeEventListener("pointermove", move);
      this.canvas.removeEventListener("pointerup", end);
      this.canvas.removeEventListener("pointercancel", end);
      if (now.type === "pointercancel" || (touch && moved)) return;
      if (grasped >= 0) {
        if (moved) this.changed();
        return;
      }
      const at = this.place(now);
      this.to(at);
      if (!moved && this.pending.length === 0 && this.hit(at, near)) return;
      if (moved || this.pending.length > 0 || this.kind !== "box" || !this.chosen) this.set(at, near);
      else this.leave();
      this.draw();
    };
    this.canvas.addEventListener("pointermove", move);
    this.canvas.addEventListener("pointerup", end);
    this.canvas.addEventListener("pointercancel", end);
  }

  /** Choose what lies there: a mark with a corner near, or, where boxes are made, the smallest box around it. */
  private hit(at: Place, near: number): boolean {
    const found = this.marks.filter((mark) => this.corner(mark, at, near) >= 0);
    const size = (mark: Region): number => (mark.at[2] ?? 0) * (mark.at[3] ?? 0);
    const inside = this.marks.filter((mark) => mark.kind === "box" && this.kind === "box" && within(mark, at));
    const mark = found[0] ?? inside.sort((a, b) => size(a) - size(b))[0];
    if (mark) this.choose(mark, false);
    return mark !== undefined;
  }

  private corner(mark: Region, at: Place, near: number): number {
    return corners(mark).findIndex(([x, y]) => Math.hypot(x - at[0], y - at[1]) <= near);
  }

  private pull(mark: Region, corner: number, still: Place, to: Place): void {
    if (mark.kind !== "box") {
      mark.at.splice(2 * corner, 2, ...to);
      return;
    }
    mark.at = boxed(still, to) ?? mark.at;
  }

  private place(event: PointerEvent): Place {
    const box = this.canvas.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * this.wide;
    const y = ((event.clientY - box.top) / box.height) * this.high;
    return [Math.min(Math.max(Math.round(x), 0), this.wide), Math.min(Math.max(Math.round(y), 0), this.high)];
  }

  // What is done

  private to(at: Place): void {
    this.cross = [Math.min(Math.max(at[0], 0), this.wide), Math.min(Math.max(at[1], 0), this.high)];
  }

  /** A corner or a point there; near the first corner a polygon ends, and where a corner is set again. */
  private set(at: Place, near: number): void {
    const { kind, pending } = this;
    if (this.marks.length >= Number(this.root.dataset.most)) return this.say("full");
    if (kind === "point") return this.add([...at]);
    if (kind === "box") {
      if (pending.length === 0) this.pending = [...at];
      else {
        const box = boxed([pending[0] ?? 0, pending[1] ?? 0], at);
        if (!box) return this.say("flat");
        return this.add(box);
      }
    } else {
      const [first, last] = [pairs(pending)[0], pairs(pending).at(-1)];
      const on = (corner: Place | undefined): boolean => !!corner && Math.hypot(corner[0] - at[0], corner[1] - at[1]) <= near;
      if (on(last) || (pending.length >= 6 && on(first)) || pending.length >= 2 * CORNERS_MAX) return this.finish();
      this.pending = [...pending, ...at];
    }
    this.chosen = null;
    this.say("corner", `${this.pending.length / 2} · ${at.join(", ")}`);
  }

  private finish(): void {
    if (this.kind !== "polygon" || new Set(pairs(this.pending).map(String)).size < 3) return this.say("flat");
    this.add(this.pending);
  }

  private add(at: number[]): void {
    this.pending = [];
    if (this.twice(this.kind, this.label, at, null)) {
      this.draw();
      return this.say("twice");
    }
    const mark: Region = { kind: this.kind, label: this.label, at, comment: "" };
    this.marks.push(mark);
    this.chosen = this.fresh = mark;
    this.changed();
    this.say("made", this.told(mark));
    if (this.root.dataset.comment === "required") this.list.comment(mark);
  }

  private twice(kind: Kind, label: string, at: number[], but: Region | null): boolean {
    return this.marks.some((mark) => mark !== but && mark.kind === kind && mark.label === label && String(mark.at) === String(at));
  }

  private drop(mark: Region): void {
    this.marks = this.marks.filter((each) => each !== mark);
    if (this.chosen === mark) this.chosen = null;
    this.changed();
    this.say("gone", this.told(mark));
    if (!this.canvas.contains(document.activeElement)) this.canvas.focus();
  }

  private choose(mark: Region, come: boolean): void {
    [this.chosen, this.fresh, this.pending] = [mark, null, []];
    this.to(middle(mark));
    if (come) this.canvas.focus();
    keepInSight(this.canvas, this.cross[0] / this.px(), this.cross[1] / this.px());
    this.draw();
    this.say("at", this.told(mark));
  }

  /** A label's key gives the chosen mark that label, and the next ones. */
  private take(label: string): void {
    this.label = label;
    if (this.chosen && this.chosen !== this.fresh && this.chosen.label !== label) this.relabel(this.chosen, label);
    else this.draw();
    this.say("", this.name(label));
  }

  private use(kind: Kind): void {
    this.kind = kind;
    this.pending = [];
    this.chosen = null;
    this.draw();
  }

  private relabel(mark: Region, label: string): boolean {
    if (this.twice(mark.kind, label, mark.at, mark)) {
      this.say("twice");
      return false;
    }
    mark.label = label;
    this.changed();
    return true;
  }

  private replace(mark: Region, text: string): boolean {
    const at = numbers(text);
    if (!sound(at, mark.kind, this.wide, this.high) || this.twice(mark.kind, mark.label, at, mark)) {
      this.say("off");
      return false;
    }
    mark.at = at;
    this.changed();
    this.say("at", this.told(mark));
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

  private told(mark: Region): string {
    const shape = this.root.querySelector(`[data-shape="${mark.kind}"]`)?.textContent?.trim() ?? "";
    return `${this.name(mark.label)}, ${shape} ${mark.at.join(" ").slice(0, 60)}`;
  }

  private px(): number {
    return this.wide / Math.max(1, this.canvas.clientWidth);
  }

  private draw(): void {
    const look = {
      px: this.px(),
      place: (label: string): number => this.labels.findIndex((each) => each.dataset.label === label),
      sign: (label: string): string => this.labels.find((each) => each.dataset.label === label)?.dataset.sign ?? "",
    };
    const state = [this.version, this.chosen ? this.marks.indexOf(this.chosen) : -1, look.px].join(" ");
    if (state !== this.shown) {
      this.svg.replaceChildren(...this.marks.flatMap((mark) => drawMark(mark, mark === this.chosen, look)));
      this.list.draw(this.marks, this.chosen);
      this.shown = state;
    }
    const cross = this.keyed ? drawCross(this.cross, this.wide, this.high) : [];
    this.top.replaceChildren(...drawPending(this.kind, this.pending, this.cross, look.px), ...cross);
    for (const button of this.labels) button.setAttribute("aria-pressed", String(button.dataset.label === this.label));
    for (const button of this.shapes) button.setAttribute("aria-pressed", String(button.dataset.shape === this.kind));
    const where = this.root.querySelector("[data-part=where]");
    if (where) where.textContent = this.keyed || this.pending.length > 0 ? `x ${this.cross[0]}, y ${this.cross[1]}` : "";
    const finish = this.root.querySelector<HTMLElement>("[data-part=finish]");
    if (finish) finish.hidden = this.kind !== "polygon" || this.pending.length < 6;
  }
}
