// One turn of a prompt: its text and the files that go to the model with it, attached by a button, pasted or dropped. What
// keeps several of them, or sends one to a model, holds the turns (prompt.ts).

import { drop, settled, type Sink, sized, type Told, upload } from "./upload";

/** A file as an answer holds it, with what a picture shows as `alt`. */
export interface Sent {
  file: string;
  name: string;
  media_type: string;
  bytes: number;
  alt?: string;
  [fact: string]: unknown;
}

export interface Turn {
  role: string;
  text: string;
  files: Sent[];
}

export interface Does {
  /** Something of the turn changed. */
  changed: () => void;
  /** A kept file was taken out: it lies on the server still. */
  out: (file: Sent) => void;
  /** How many files more there may be. */
  room: () => number;
}

const rows = new WeakMap<HTMLElement, Sent>();

export class Composer {
  private readonly text: HTMLTextAreaElement | null;
  private readonly role: HTMLSelectElement | null;
  private readonly list: HTMLElement | null;

  /** `root` holds words and addresses (`data-files`, `data-open`, …); `box` is a `[data-turn]`; `pattern`: a file's row. */
  constructor(
    private readonly root: HTMLElement,
    readonly box: HTMLElement,
    private readonly pattern: Element,
    private readonly does: Does,
  ) {
    this.text = box.querySelector("textarea");
    this.role = box.querySelector("select[data-part=role]");
    this.list = box.querySelector("[data-part=list]");
    for (const field of [this.text, this.role]) {
      field?.addEventListener("input", () => {
        this.shown();
        this.does.changed();
      });
    }
    this.role?.addEventListener("change", () => {
      if (this.role?.value === "user") return;
      for (const item of this.box.querySelectorAll("[data-file] [data-act=out]")) (item as HTMLElement).click(); // a model sends none
      this.role?.focus();
    });
    this.attaches();
    this.shown();
  }

  value(): Turn {
    return { role: this.role?.value ?? "user", text: this.text?.value ?? "", files: this.files() };
  }

  fill(turn: Turn): void {
    if (this.text) this.text.value = turn.text;
    if (this.role) this.role.value = turn.role;
    for (const file of turn.files) this.put(file);
    this.shown();
  }

  focus(): void {
    this.text?.focus();
  }

  /** The row of a file that is not kept yet. */
  under(): HTMLElement | null {
    return this.list?.querySelector<HTMLElement>("[data-file]:has(progress:not([hidden]))") ?? null;
  }

  files(): Sent[] {
    const items = [...(this.list?.querySelectorAll<HTMLElement>("[data-file]") ?? [])];
    return items.flatMap((item) => {
      const file = rows.get(item);
      if (!file) return [];
      const alt = item.querySelector<HTMLInputElement>("[data-part=alt]")?.value.trim() ?? "";
      const { alt: _, ...bare } = file;
      return [(alt && isPicture(file) ? { ...bare, alt } : bare) as Sent];
    });
  }

  /** A file that is kept already goes into this turn. */
  put(file: Sent): void {
    const row = this.row(file.name, file.bytes);
    if (row) this.keeps(row, file);
  }

  /** What is on its way to a turn that goes is stopped; what is kept is given back. */
  leave(): Sent[] {
    this.box.querySelectorAll<HTMLElement>("[data-file]").forEach((item) => !rows.has(item) && item.querySelector<HTMLElement>("button")?.click());
    return this.files();
  }

  take(files: Iterable<File>): void {
    const begin = this.root.dataset.files;
    if (!begin || this.role?.value === "assistant") return;
    for (const file of files) {
      if (this.does.room() < 1) {
        this.tell(this.root.dataset.full ?? "");
        return;
      }
      const row = this.row(file.name, file.size);
      if (!row) return;
      upload(this.root, begin, file, row).then(
        (told) => this.arrived(row, told),
        (error: unknown) => failed(row, error),
      );
    }
  }

  /** A file that was sent before the page was opened, and is still looked at. */
  await(name: string, send: string): void {
    const row = this.row(name, 0);
    if (row) settled(this.root, send, row).then((told) => this.arrived(row, told), (error: unknown) => failed(row, error));
  }

  private attaches(): void {
    const adds = this.box.querySelector<HTMLElement>("[data-part=adds]");
    const choose = adds?.querySelector<HTMLInputElement>("[data-part=choose]");
    if (!this.root.dataset.files || !adds || !choose) return;
    adds.hidden = false;
    adds.querySelector("[data-act=attach]")?.addEventListener("click", () => choose.click());
    choose.addEventListener("change", () => {
      this.take([...(choose.files ?? [])]);
      choose.value = "";
    });
    choose.addEventListener("input", (event) => event.stopPropagation()); // choosing is no answer yet
    this.box.addEventListener("paste", (event) => {
      const data = event.clipboardData;
      if (!data?.files.length || data.types.includes("text/plain")) return; // words are pasted as words
      event.preventDefault();
      this.take([...data.files]);
    });
    this.box.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      this.box.classList.add("drops");
    });
    this.box.addEventListener("dragleave", (event) => {
      if (!this.box.contains(event.relatedTarget as Node | null)) this.box.classList.remove("drops");
    });
    this.box.addEventListener("drop", (event) => {
      this.box.classList.remove("drops");
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      this.take([...event.dataTransfer.files]);
    });
  }

  /** How long the text is, and whether this turn may have files. */
  private shown(): void {
    const count = this.box.querySelector<HTMLElement>("[data-part=count]");
    const [length, most] = [[...(this.text?.value ?? "")].length, Number(this.text?.dataset.most ?? "0")];
    if (count && most) {
      count.textContent = `${length} / ${most}`;
      count.classList.toggle("error", length > most);
    }
    const adds = this.box.querySelector<HTMLElement>("[data-part=adds]");
    if (adds && this.root.dataset.files) adds.hidden = this.role?.value === "assistant";
    if (this.list) this.list.hidden = this.list.children.length === 0;
  }

  private row(name: string, bytes: number): Row | null {
    const item = this.pattern.cloneNode(true) as HTMLElement;
    const find = <T extends HTMLElement>(part: string): T => item.querySelector<T>(`[data-part=${part}]`) as T;
    const [bar, words] = [find<HTMLProgressElement>("progress"), find("said")];
    const row: Row = {
      item,
      bar,
      words,
      send: "",
      broken: new AbortController(),
      progress: (percent) => (percent === null ? bar.removeAttribute("value") : (bar.value = percent)),
      say: (text) => (words.textContent = text),
      said: () => words.textContent ?? "",
      begun: (told) => (row.send = told.send),
    };
    find("name").textContent = name;
    if (bytes) find("size").textContent = sized(bytes, this.root);
    item.querySelector("[data-act=out]")?.addEventListener("click", () => this.out(row));
    this.list?.append(item);
    this.shown();
    return this.list ? row : null;
  }

  private out(row: Row): void {
    const file = this.files().find((each) => each.file === rows.get(row.item)?.file);
    row.broken.abort();
    row.item.remove();
    if (file) this.does.out(file);
    else if (row.send) void drop(this.root, row.send);
    this.shown();
    this.does.changed();
    (this.box.querySelector<HTMLElement>("[data-act=attach]") ?? this.text)?.focus();
  }

  private arrived(row: Row, told: Told): void {
    if (!row.item.isConnected) return;
    this.keeps(row, JSON.parse(told.value) as Sent);
    this.tell(`${told.name}: ${this.root.dataset.done ?? ""}`);
    this.does.changed();
  }

  private keeps(row: Row, file: Sent): void {
    rows.set(row.item, file);
    row.bar.hidden = true;
    row.say("");
    const address = (this.root.dataset.open ?? "").replace(/[0-9a-f-]{36}/, file.file);
    const open = row.item.querySelector<HTMLAnchorElement>("[data-part=open]");
    if (open) {
      open.href = address;
      open.hidden = false;
      open.setAttribute("aria-label", `${open.textContent ?? ""}: ${file.name}`);
    }
    const out = row.item.querySelector<HTMLElement>("[data-act=out]");
    if (out) {
      out.textContent = this.root.dataset.remove ?? "";
      out.setAttribute("aria-label", `${out.textContent}: ${file.name}`);
    }
    if (!isPicture(file)) return;
    const picture = row.item.querySelector<HTMLImageElement>("[data-part=picture]");
    if (picture) {
      picture.src = address;
      picture.hidden = false;
    }
    row.item.querySelector("[data-part=described]")?.removeAttribute("hidden");
    const alt = row.item.querySelector<HTMLInputElement>("[data-part=alt]");
    if (!alt) return;
    alt.value = file.alt ?? "";
    alt.setAttribute("aria-label", `${alt.dataset.name ?? ""}: ${file.name}`);
    alt.addEventListener("input", () => this.does.changed());
  }

  private tell(text: string): void {
    const told = this.root.querySelector<HTMLElement>("[data-part=told]");
    if (told) told.textContent = text;
  }
}

interface Row extends Sink {
  item: HTMLElement;
  bar: HTMLProgressElement;
  words: HTMLElement;
  send: string;
}

function failed(row: Row, error: unknown): void {
  if (row.broken.signal.aborted) return;
  row.bar.hidden = true;
  row.say(error instanceof Error ? error.message : "");
  row.words.classList.add("error");
  row.words.setAttribute("role", "alert");
}

const isPicture = (file: Sent): boolean => file.media_type.startsWith("image/");
