// The stretches of a recording as a table: label, from and to, and what is said, to be written, played and taken away.

export interface Stretch {
  start: number; // in milliseconds
  end: number;
  label: string;
  text: string;
}

interface Does {
  play: (mark: Stretch) => void;
  drop: (mark: Stretch) => void;
  label: (mark: Stretch, label: string) => boolean;
  times: (mark: Stretch, start: number, end: number) => boolean;
  text: (mark: Stretch, text: string) => void;
  back: (mark: Stretch) => void;
  pause: () => void;
}

export class SegmentList {
  private readonly rows = new WeakMap<Stretch, HTMLElement>();

  constructor(
    private readonly root: HTMLElement,
    private readonly does: Does,
  ) {}

  /** Come to where it is written what is said, where that is asked. */
  words(mark: Stretch): boolean {
    const words = this.rows.get(mark)?.querySelector<HTMLElement>("[data-part=text]");
    words?.focus();
    return !!words;
  }

  draw(marks: Stretch[], chosen: Stretch | null): void {
    const table = this.root.querySelector<HTMLTableElement>("[data-part=list]");
    const row = this.root.querySelector("template")?.content.firstElementChild;
    const body = table?.tBodies[0];
    if (!table || !row || !body) return;
    table.hidden = marks.length === 0;
    const rows = marks.map((mark) => {
      const made = this.rows.get(mark) ?? (row.cloneNode(true) as HTMLElement);
      if (!this.rows.has(mark)) this.fill(made, mark);
      this.rows.set(mark, made);
      made.classList.toggle("chosen", mark === chosen);
      const label = made.querySelector<HTMLSelectElement>("[data-part=label]");
      if (label) label.value = mark.label;
      for (const key of ["start", "end"] as const) {
        const time = made.querySelector<HTMLInputElement>(`[data-part=${key}]`);
        if (time && document.activeElement !== time) time.value = clock(mark[key]);
      }
      return made;
    });
    for (const old of [...body.children]) if (!rows.includes(old as HTMLElement)) old.remove();
    rows.forEach((each, at) => body.children[at] !== each && body.insertBefore(each, body.children[at] ?? null));
  }

  private fill(row: HTMLElement, mark: Stretch): void {
    const part = (name: string): HTMLElement | null => row.querySelector(`[data-part=${name}]`);
    const [label, start, end, text] = [part("label"), part("start"), part("end"), part("text")];
    label?.addEventListener("change", () => {
      if (label instanceof HTMLSelectElement && !this.does.label(mark, label.value)) label.value = mark.label;
    });
    if (start instanceof HTMLInputElement && end instanceof HTMLInputElement) {
      for (const [field, key] of [[start, "start"], [end, "end"]] as const) {
        field.addEventListener("input", () => {
          const [from, to] = [ms(start.value), ms(end.value)];
          field.setAttribute("aria-invalid", String(from === null || to === null || !this.does.times(mark, from, to)));
        });
        field.addEventListener("blur", () => {
          field.value = clock(mark[key]);
          field.removeAttribute("aria-invalid");
        });
      }
    }
    if (text instanceof HTMLTextAreaElement) {
      text.value = mark.text;
      text.addEventListener("input", () => this.does.text(mark, text.value));
      text.addEventListener("keydown", (event) => {
        if (event.key === "Escape") this.does.back(mark);
        else if (event.key === " " && event.ctrlKey) this.does.pause();
        else return;
        event.preventDefault();
      });
    }
    for (const name of ["play", "drop"] as const) {
      const button = part(name);
      button?.setAttribute("aria-label", `${button.textContent ?? ""}: ${clock(mark.start)}`);
      button?.addEventListener("click", () => this.does[name](mark));
    }
  }
}

/** "1:02.500", with hours only where there are some. */
export function clock(at: number): string {
  const [hours, minutes, seconds] = [Math.floor(at / 3_600_000), Math.floor(at / 60_000) % 60, (at % 60_000) / 1_000];
  const rest = `${seconds < 10 ? "0" : ""}${seconds.toFixed(3)}`;
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** Milliseconds of "1:02.5", in Latin or Arabic digits. */
function ms(text: string): number | null {
  const plain = text.trim().replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660)).replace("٫", ".");
  const found = /^(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,6})(?:\.(\d{1,3}))?$/.exec(plain);
  if (!found) return null;
  const [, hours = "0", minutes = "0", seconds = "0", parts = ""] = found;
  return Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1_000 + Number(parts.padEnd(3, "0"));
}
