// The answer so far: kept in this browser and on the server within two seconds, until it is handed in. A reload, a browser
// that is killed, an hour without the net or another device loses none of it; where two pages changed it, somebody chooses.
// It is kept here before it goes out, so what the server has from a page is never newer than what its browser has.

import { dropBeats } from "./beats";
import { inTime, newest, put, remove, removeWhere, WRITE_MS } from "./store";

const KEY = "fairhand:draft:";
const KEPT_MS = 30 * 86_400_000;
const HERE_MS = 400;
const SERVER_MS = 900; // with an answer of a second, no more than two seconds are lost
const AGAIN_MS = 2_000;
const STRAGGLER_MS = 15_000; // so long what an earlier page of this browser sent may still arrive
const ANSWER_MS = 10_000; // a line that broke off may never say so
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
  private touched = false;
  private before: string | undefined; // the page that this one goes on from
  private looked: Promise<void> = Promise.resolve();

  constructor(
    private readonly form: HTMLFormElement,
    private readonly key: string,
  ) {
    this.base = Number(form.dataset.draftNumber ?? "0");
  }

  start(): void {
    const local = read(this.key);
    if (this.form.dataset.draftFresh === "no") this.unsent = true;
    else {
      this.begin(local);
      this.looked = this.look(local?.at ?? 0);
    }
    const changed = (): void => {
      this.touched = this.unsent = true;
      this.timers.here ||= window.setTimeout(() => void this.keepHere(), HERE_MS);
      this.later(SERVER_MS);
    };
    this.form.addEventListener("input", changed);
    this.form.addEventListener("change", changed);
    window.addEventListener("online", () => this.later(0));
    const leave = (): void => {
      if (!this.unsent || this.form.dataset.sent === "yes") return;
      void this.keepHere();
      void this.send(true);
    };
    window.addEventListener("pagehide", leave);
    document.addEventListener("visibilitychange", () => document.hidden && leave()); // a lid that closes says no more
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
      void this.keepHere();
    });
    if (this.unsent) this.later(0);
  }

  /** What this browser has, or the server where that is newer. */
  private begin(local: Draft | null): void {
    const kept = JSON.parse(this.form.dataset.draftKept ?? "null") as Field[] | null;
    this.before = local?.device;
    if (local?.unsent) {
      restore(this.form, local.values);
      this.unsent = true;
      const own = this.form.dataset.draftDevice === local.device;
      if (kept && !own && this.base > (local.base ?? 0)) this.conflict({ number: this.base, fields: kept });
    } else if (kept && this.base > (local?.base ?? 0)) restore(this.form, kept);
    else if (local) restore(this.form, local.values);
  }

  /** A browser that was killed may have lost the end of its quick store: the database has it. */
  private async look(at: number): Promise<void> {
    const found = (await newest(this.key)).find((each) => each.key === this.key && each.at > at);
    this.form.dataset.draftLooked = "yes";
    if (!found || this.form.dataset.sent === "yes") return;
    const draft = found.value as Draft;
    if (this.touched) this.conflict({ number: this.base, fields: draft.values }); // it came late: somebody types already
    else {
      this.unsent = false;
      this.settled(false);
      this.begin(draft);
      if (this.unsent) this.later(0);
    }
  }

  private on(part: string, does: () => void): void {
    this.form.querySelector(`[data-part="${part}"]`)?.addEventListener("click", does);
  }

  /** By name, whatever order the page shows its fields in: a ranking moves them, and says the same on another page. */
  private values(): Field[] {
    const all = [...new FormData(this.form)].filter((pair): pair is Field => typeof pair[1] === "string");
    return all.filter(([name]) => name.startsWith("answer.")).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  }

  private async keepHere(): Promise<void> {
    window.clearTimeout(this.timers.here);
    this.timers.here = 0;
    const draft: Draft = { at: Date.now(), values: this.values(), base: this.base, unsent: this.unsent, device: DEVICE };
    const written = put({ key: this.key, at: draft.at, value: draft });
    let here = true;
    try {
      localStorage.setItem(this.key, JSON.stringify(draft));
    } catch {
      here = false; // full or forbidden
    }
    here = (await written) || here;
    this.tell(draft.unsent ? (here ? "kept" : "") : "saved"); // nothing is claimed that is not so
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
    if (this.sending && !leaving) return; // its answer sees to the rest
    this.sending = true;
    const began = performance.now();
    if (!leaving) {
      await inTime(this.looked, WRITE_MS, undefined);
      await this.keepHere();
      if (this.other) {
        this.sending = false;
        return;
      }
    }
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
        signal: AbortSignal.timeout(ANSWER_MS),
      });
    } catch {
      // offline: it waits
    }
    this.sending = false;
    if (response?.ok) {
      this.base = ((await response.json()) as { number: number }).number;
      void this.keepHere();
      if (this.unsent) this.later(Math.max(1, SERVER_MS - (performance.now() - began)));
      return;
    }
    this.unsent = true;
    if (response?.status === 409) {
      const said = (await response.json()) as { number?: number; fields_kept?: Field[] | null; device?: string };
      if (said.device && said.device === this.before && performance.now() < STRAGGLER_MS) {
        this.base = said.number ?? this.base; // older than what was kept here, and only came later
        this.later(1);
      } else if (!said.fields_kept) {
        // The task is kept out, and nothing of the other draft is told: what is typed stays here.
      } else if (same(said.fields_kept, this.values())) {
        this.base = said.number ?? this.base;
        this.unsent = false;
        void this.keepHere();
      } else this.conflict({ number: said.number ?? 0, fields: said.fields_kept });
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

  private settled(comes = true): void {
    this.other = null;
    const said = this.form.querySelector<HTMLElement>('[data-part="moved"]');
    if (said) said.hidden = true;
    if (!comes) return;
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
  remove(KEY + id);
  dropBeats(id);
}

/** Somebody signed out: what the server has is not left behind for whoever sits here next. What it does not have yet waits for
 *  its author. */
export function forgetSent(): void {
  for (const key of keysHere()) if (read(key)?.unsent === false) localStorage.removeItem(key);
  void removeWhere(KEY, (value) => (value as Draft).unsent === false);
}

function keysHere(): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(KEY));
  } catch {
    return []; // forbidden here
  }
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
  for (const key of keysHere()) if (Date.now() - (read(key)?.at ?? 0) > KEPT_MS) localStorage.removeItem(key);
}
