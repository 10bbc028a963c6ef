// The answer so far: kept in this browser at once and on the server within two seconds, until it is handed in. A reload,
// a crash, an hour without the net or another device loses none of it; where two pages changed it, somebody chooses.

import { dropBeats } from "./beats";

const KEY = "fairhand:draft:";
const KEPT_MS = 30 * 86_400_000;
const HERE_MS = 300;
const SERVER_MS = 1_500;
const AGAIN_MS = 5_000;
const DEVICE = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`; // this page, as opened

type Field = [string, string];

/** `base`: the server's version that this one goes on from. `unsent`: it says more than the server knows. `device`: the
 *  page that wrote it: what the server has from that page is older than what stands here. */
interface Draft {
  at: number;
  values: Field[];
  base?: number;
  unsent?: boolean;
  device?: string;
}

export function keepDraft(form: HTMLFormElement): void {
  const id = form.dataset.draft;
  if (!id) return;
  sweep();
  new Keeper(form, KEY + id).start();
}

class Keeper {
  private base: number;
  private unsent = false;
  private other: { number: number; fields: Field[] } | null = null;
  private timers = { here: 0, server: 0 };
  private sending = false;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly key: string,
  ) {
    this.base = Number(form.dataset.draftNumber ?? "0");
  }

  start(): void {
    const local = read(this.key);
    const kept = JSON.parse(this.form.dataset.draftKept ?? "null") as Field[] | null;
    if (this.form.dataset.draftFresh === "no") this.unsent = true;
    else if (local?.unsent) {
      restore(this.form, local.values);
      this.unsent = true;
      const own = this.form.dataset.draftDevice === local.device;
      if (kept && !own && this.base > (local.base ?? 0)) this.conflict({ number: this.base, fields: kept });
    } else if (kept && this.base > (local?.base ?? 0)) restore(this.form, kept);
    else if (local) restore(this.form, local.values);

    const changed = (): void => {
      this.unsent = true;
      window.clearTimeout(this.timers.here);
      this.timers.here = window.setTimeout(() => this.keepHere(), HERE_MS);
      this.later(SERVER_MS);
    };
    this.form.addEventListener("input", changed);
    this.form.addEventListener("change", changed);
    window.addEventListener("online", () => this.later(0));
    window.addEventListener("pagehide", () => {
      if (!this.unsent || this.form.dataset.sent === "yes") return;
      this.keepHere();
      void this.send(true);
    });
    this.on("keep-mine", () => {
      if (this.other) this.base = this.other.number;
      this.settled();
      void this.send();
    });
    this.on("take-other", () => {
      if (!this.other) return;
      this.base = this.other.number;
      restore(this.form, this.other.fields);
      this.unsent = false;
      this.settled();
      this.keepHere();
    });
    if (this.unsent) this.later(0);
  }

  private on(part: string, does: () => void): void {
    this.form.querySelector(`[data-part="${part}"]`)?.addEventListener("click", does);
  }

  /** By name, whatever order the page shows its fields in: a ranking moves them, and says the same on another page. */
  private values(): Field[] {
    const all = [...new FormData(this.form)].filter((pair): pair is Field => typeof pair[1] === "string");
    return all.filter(([name]) => name.startsWith("answer.")).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  }

  private keepHere(): void {
    try {
      const draft: Draft = { at: Date.now(), values: this.values(), base: this.base, unsent: this.unsent, device: DEVICE };
      localStorage.setItem(this.key, JSON.stringify(draft));
      this.tell(this.unsent ? "kept" : "saved");
    } catch {
      this.tell(this.unsent ? "" : "saved"); // nothing is claimed that is not so
    }
  }

  /** At most one timer runs, so what is typed without a pause goes out as well. */
  private later(ms: number): void {
    if (ms && this.timers.server) return;
    window.clearTimeout(this.timers.server);
    this.timers.server = window.setTimeout(() => {
      this.timers.server = 0;
      void this.send();
    }, ms);
  }

  private async send(leaving = false): Promise<void> {
    const url = this.form.dataset.draftUrl;
    if (!url || !this.unsent || this.other || this.form.dataset.sent === "yes") return;
    if (this.sending && !leaving) return this.later(SERVER_MS);
    this.sending = true;
    this.unsent = false; // what is typed while it is under way makes it true again
    const token = this.form.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
    const sent = JSON.stringify({ base: this.base, device: DEVICE, fields: this.values() });
    let response: Response | null = null;
    try {
      response = await fetch(url, {
        method: "POST",
        keepalive: leaving && sent.length < 60_000,
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: sent,
      });
    } catch {
      // offline: it waits
    }
    this.sending = false;
    if (response?.ok) {
      this.base = ((await response.json()) as { number: number }).number;
      this.keepHere();
      if (this.unsent) this.later(SERVER_MS);
      return;
    }
    this.unsent = true;
    if (response?.status === 409) {
      const said = (await response.json()) as { number?: number; fields_kept?: Field[] };
      if (same(said.fields_kept ?? [], this.values())) {
        this.base = said.number ?? this.base;
        this.unsent = false;
        this.keepHere();
      } else this.conflict({ number: said.number ?? 0, fields: said.fields_kept ?? [] });
      return;
    }
    if (response?.status !== 404 && response?.status !== 422) this.later(AGAIN_MS);
  }

  private conflict(other: { number: number; fields: Field[] }): void {
    if (same(other.fields, this.values())) {
      this.base = other.number;
      return;
    }
    this.other = other;
    const said = this.form.querySelector<HTMLElement>('[data-part="moved"]');
    if (said) said.hidden = false;
  }

  private settled(): void {
    this.other = null;
    const said = this.form.querySelector<HTMLElement>('[data-part="moved"]');
    if (said) said.hidden = true;
    (this.form.querySelector("textarea, input:not([type=hidden]), select") as HTMLElement | null)?.focus();
  }

  private tell(part: string): void {
    for (const name of ["kept", "saved"]) {
      const element = this.form.querySelector<HTMLElement>(`[data-part="${name}"]`);
      if (element) element.hidden = name !== part;
    }
  }
}

/** A page that says the work was taken names its claim: the draft has served. */
export function dropDraft(id: string): void {
  localStorage.removeItem(KEY + id);
  dropBeats(id);
}

function same(left: Field[], right: Field[]): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function read(key: string): Draft | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") as Draft | null;
  } catch {
    return null;
  }
}

function restore(form: HTMLFormElement, values: Field[]): void {
  const chosen = new Set(values.map(([name, value]) => `${name}=${value}`));
  for (const field of form.elements) {
    if (field instanceof HTMLInputElement && ["radio", "checkbox"].includes(field.type) && field.name.startsWith("answer.")) {
      field.checked = chosen.has(`${field.name}=${field.value}`);
    }
  }
  for (const [name, value] of values) {
    if (!name.startsWith("answer.")) continue;
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement && ["radio", "checkbox", "file"].includes(field.type)) continue;
    if (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement || field instanceof HTMLSelectElement) {
      field.value = value;
    }
  }
  form.dispatchEvent(new Event("draft-restored"));
}

function sweep(): void {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(KEY) && Date.now() - (read(key)?.at ?? 0) > KEPT_MS) localStorage.removeItem(key);
  }
}
