// Reports of work time. Each has a number; one that got no answer is sent again under the same number, and the server
// counts a number once. What waits is kept in this browser, so that a crash or a night without the net loses none of it.

import { workedMs, type Kind, type Part } from "./active";
import { inTime, newest, put, remove, WRITE_MS } from "./store";

/** A stretch that ended at `at`, in milliseconds of this computer's clock as it stood when its page was opened. */
interface KeptPart {
  kind: Kind;
  ms: number;
  at: number;
}

export interface Beat {
  seq: number;
  active_ms: number;
  parts: KeptPart[];
  sent: boolean; // it may have arrived: nothing may be added to it any more
}

interface Stored {
  device: string;
  page: string; // the page that it belongs to; another one that finds itself here lets it go
  next: number;
  saved: number;
  waiting: Beat[];
}

const WAITING_MAX = 40;
const BEAT_MS_MAX = 600_000; // what the server takes in one report
const PARTS_MAX = 60;
const KEPT_MS = 30 * 86_400_000;
export const BEATS_KEY = "fairhand:beats:";

// The clock of the computer when this page was opened, and from there on the monotonic one: a clock that is set
// meanwhile moves nothing.
const OPENED = Date.now() - performance.now();
const moment = (): number => OPENED + performance.now();

/** What the server says to reports. `over`: the claim is not live any more. `work_ms`: all it has counted, if it said so. */
export type Answer = { over: boolean; counted_ms: number; work_ms: number | null; note?: Note | undefined } | null;

/** What else the server says of the claim: it is paused, or another device works on it too. */
export type Note = "paused" | "elsewhere" | "";

/** Lets go of everything kept for a claim that was handed in. */
export function dropBeats(claim: string): void {
  for (const key of keysOf(`${BEATS_KEY}${claim}:`)) forget(key);
  remove(`${BEATS_KEY}${claim}:`);
  forgetDevice(claim);
}

export class Beats {
  private own: Stored;
  private left: Stored[]; // of pages that are gone
  private sending = false;
  private readonly page = made();
  private readonly looked: Promise<void>;

  constructor(
    private readonly claim: string,
    private readonly url: string,
    private readonly token: string,
  ) {
    sweep();
    const device = deviceOf(claim);
    const found = keysOf(this.prefix).map(read).filter((one): one is Stored => one !== null);
    for (const one of found) {
      one.page = this.page;
      for (const beat of one.waiting) beat.sent = true;
    }
    this.own = found.find((one) => one.device === device) ?? this.fresh(device);
    this.left = found.filter((one) => one !== this.own && one.waiting.length > 0);
    const known = new Map([this.own, ...this.left].map((one) => [one.device, one.saved]));
    for (const one of [this.own, ...this.left]) this.save(one);
    this.looked = this.look(known);
  }

  /** A browser that was killed may have lost the end of its quick store: what the database has more waits like the rest. */
  private async look(known: Map<string, number>): Promise<void> {
    for (const { key, at, value } of await newest(this.prefix)) {
      const one = value as Stored;
      if (at <= (known.get(one.device) ?? 0) || one.page === this.page) continue;
      if (one.device === this.own.device) {
        // This page counted on from too low a number: what it counted since goes under a name of its own.
        const since = this.own.waiting.filter((beat) => !beat.sent);
        this.own = this.fresh(newDevice(this.claim));
        for (const beat of since) this.own.waiting.push({ ...beat, seq: this.own.next++ });
        this.save(this.own);
      }
      this.left = this.left.filter((other) => other.device !== one.device);
      for (const beat of one.waiting) beat.sent = true;
      one.page = this.page;
      if (one.waiting.length > 0) {
        this.left.push(one);
        this.save(one);
      } else forget(key);
    }
  }

  /** Milliseconds counted here that the server has not confirmed. */
  get waitingMs(): number {
    return [this.own, ...this.left].flatMap((one) => one.waiting).reduce((sum, beat) => sum + beat.active_ms, 0);
  }

  /** Put time into the next report. */
  add(parts: readonly Part[]): void {
    if (parts.length === 0) return;
    this.letGo();
    let activeMs = workedMs(parts);
    let kept: KeptPart[] = parts.map((part) => ({ kind: part.kind, ms: part.ms, at: OPENED + part.end }));
    do {
      const beat = this.roomy(kept.length);
      const ms = Math.min(activeMs, BEAT_MS_MAX - beat.active_ms);
      beat.active_ms += ms;
      for (const part of kept) join(beat.parts, part);
      kept = [];
      activeMs -= ms;
    } while (activeMs > 0);
    this.save(this.own);
  }

  /** What waits, for the form that hands the work in. It stays here too: under its numbers it counts only once. */
  get waiting(): readonly object[] {
    return [...this.left, this.own].flatMap((one) => one.waiting.map((beat) => this.shown(one, beat)));
  }

  get device(): string {
    return this.own.device;
  }

  /** Send what waits, oldest first. Null: nothing was sent, or no answer came; it waits for the next time. */
  async send(): Promise<Answer> {
    if (this.sending) return null;
    this.sending = true;
    let counted = 0;
    let total: number | null = null;
    let note: Note | undefined;
    try {
      await inTime(this.looked, WRITE_MS, undefined);
      this.letGo();
      for (let next = this.next(); next; next = this.next()) {
        const [from, beat] = next;
        beat.sent = true;
        this.save(from);
        const answer = await this.post(from, beat);
        if (answer === null) return counted > 0 ? { over: false, counted_ms: counted, work_ms: total, note } : null;
        if (answer.over) return { over: true, counted_ms: counted, work_ms: total }; // what waits goes with the late work
        from.waiting = from.waiting.filter((other) => other !== beat);
        if (from !== this.own && from.waiting.length === 0) {
          this.left = this.left.filter((one) => one !== from);
          forget(this.prefix + from.device);
        } else this.save(from);
        counted += answer.counted_ms;
        total = answer.work_ms ?? total;
        note = answer.note ?? note;
      }
      return { over: false, counted_ms: counted, work_ms: total, note };
    } finally {
      this.sending = false;
    }
  }

  /** The next report to send. One without work time waits for work: a page that only lies there holds no task. */
  private next(): [Stored, Beat] | null {
    for (const one of [...this.left, this.own]) {
      const beat = one.waiting[0];
      if (beat && (beat.active_ms > 0 || beat.sent || one.waiting.length > 1)) return [one, beat];
    }
    return null;
  }

  /** The newest report, if it takes so many more parts; else a new one. The server refuses one with too many whole. */
  private roomy(parts: number): Beat {
    const newest = this.own.waiting.at(-1);
    if (newest && !newest.sent && newest.active_ms < BEAT_MS_MAX && newest.parts.length + parts <= PARTS_MAX) {
      const crowded = this.own.waiting.length >= WAITING_MAX;
      if (crowded || newest.active_ms < 15_000) return newest;
    }
    const beat: Beat = { seq: this.own.next++, active_ms: 0, parts: [], sent: false };
    this.own.waiting.push(beat);
    return beat;
  }

  private shown(from: Stored, beat: Beat): object {
    // Of a page that is gone only the computer's clock knows how long ago it was.
    const now = from === this.own ? moment() : Date.now();
    return {
      seq: beat.seq,
      device: from.device,
      active_ms: beat.active_ms,
      parts: beat.parts.map((part) => ({ kind: part.kind, ms: part.ms, ago_ms: Math.max(0, Math.round(now - part.at)) })),
    };
  }

  private async post(from: Stored, beat: Beat): Promise<Answer> {
    let response: Response;
    try {
      response = await fetch(this.url, {
        method: "POST",
        keepalive: true,
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify(this.shown(from, beat)),
      });
    } catch {
      return null; // offline: the report waits
    }
    if (response.status === 404 || response.status === 410) return { over: true, counted_ms: 0, work_ms: null };
    if (response.status === 422) return { over: false, counted_ms: 0, work_ms: null }; // never taken: it must not hold up the others
    if (!response.ok) return null;
    const said = (await response.json().catch(() => ({}))) as {
      counted_ms?: number;
      work_ms?: number;
      paused?: boolean;
      elsewhere?: boolean;
    };
    const note = said.paused ? "paused" : said.elsewhere ? "elsewhere" : "";
    return { over: false, counted_ms: said.counted_ms ?? beat.active_ms, work_ms: said.work_ms ?? null, note };
  }

  private get prefix(): string {
    return `${BEATS_KEY}${this.claim}:`;
  }

  /** Another page may have taken what this one kept (a tab that was copied); from there on this one counts anew. */
  private letGo(): void {
    const kept = read(this.prefix + this.own.device);
    if (kept === null || kept.page === this.page) return;
    this.own = this.fresh(newDevice(this.claim));
  }

  private fresh(device: string): Stored {
    return { device, page: this.page, next: 0, saved: 0, waiting: [] };
  }

  private save(one: Stored): void {
    one.saved = Date.now();
    void put({ key: this.prefix + one.device, at: one.saved, value: structuredClone(one) });
    try {
      localStorage.setItem(this.prefix + one.device, JSON.stringify(one));
    } catch {
      // a full or forbidden store: the reports live as long as the page
    }
  }
}

function join(parts: KeptPart[], part: KeptPart): void {
  const newest = parts.at(-1);
  if (newest?.kind === part.kind && Math.abs(newest.at - (part.at - part.ms)) < 2) {
    newest.ms += part.ms;
    newest.at = part.at;
  } else parts.push(part);
}

function made(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}

/** This tab's name among the devices of a claim; a reload keeps it. */
function deviceOf(claim: string): string {
  try {
    return sessionStorage.getItem(BEATS_KEY + claim) ?? newDevice(claim);
  } catch {
    return made();
  }
}

function newDevice(claim: string): string {
  const device = made();
  try {
    sessionStorage.setItem(BEATS_KEY + claim, device);
  } catch {
    // it is this page's alone then
  }
  return device;
}

function forgetDevice(claim: string): void {
  try {
    sessionStorage.removeItem(BEATS_KEY + claim);
  } catch {
    // there is none
  }
}

function keysOf(prefix: string): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return [];
  }
}

function read(key: string): Stored | null {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? "null") as Stored | null;
    return found && Array.isArray(found.waiting) ? found : null;
  } catch {
    return null; // a damaged or forbidden store is an empty one
  }
}

function forget(key: string): void {
  remove(key);
  try {
    localStorage.removeItem(key);
  } catch {
    // there is none
  }
}

function sweep(): void {
  for (const key of keysOf(BEATS_KEY)) if (Date.now() - (read(key)?.saved ?? 0) > KEPT_MS) forget(key);
}
