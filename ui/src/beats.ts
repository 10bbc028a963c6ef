// Reports of work time. Each has a number; one that got no answer is sent again under the same number, and the server
// counts a number once.

export interface Beat {
  seq: number;
  active_ms: number;
}

interface Stored {
  device: string;
  next: number;
  waiting: Beat[];
}

const WAITING_MAX = 40;
const BEAT_MS_MAX = 600_000; // what the server takes in one report
export const BEATS_KEY = "fairhand:beats:";

/** What the server says to reports. `over`: the claim is not live any more. `work_ms`: all it has counted, if it said so. */
export type Answer = { over: boolean; counted_ms: number; work_ms: number | null; note?: Note | undefined } | null;

/** What else the server says of the claim: it is paused, or another device works on it too. */
export type Note = "paused" | "elsewhere" | "";

export class Beats {
  private stored: Stored;
  private sending = false;

  constructor(
    private readonly claim: string,
    private readonly url: string,
    private readonly token: string,
  ) {
    this.stored = this.load();
  }

  get device(): string {
    return this.stored.device;
  }

  /** Milliseconds counted here that the server has not confirmed. */
  get waitingMs(): number {
    return this.stored.waiting.reduce((sum, beat) => sum + beat.active_ms, 0);
  }

  /** Put counted time into the next report. */
  add(activeMs: number): void {
    if (activeMs <= 0) return;
    const { waiting } = this.stored;
    const newest = waiting.at(-1);
    const room = newest && waiting.length >= WAITING_MAX ? BEAT_MS_MAX - newest.active_ms : 0;
    if (newest && activeMs <= room) newest.active_ms += activeMs;
    else waiting.push({ seq: this.stored.next++, active_ms: Math.min(activeMs, BEAT_MS_MAX) });
    this.save();
  }

  /** What waits, for the form that hands the work in. It stays here too: under its numbers it counts only once. */
  get waiting(): readonly Beat[] {
    return this.stored.waiting;
  }

  /** Send what waits, oldest first. Null: nothing was sent, or no answer came; it waits for the next time. */
  async send(): Promise<Answer> {
    if (this.sending) return null;
    this.sending = true;
    let counted = 0;
    let total: number | null = null;
    let note: Note | undefined;
    try {
      for (let beat = this.stored.waiting[0]; beat; beat = this.stored.waiting[0]) {
        const sent = beat.seq;
        const answer = await this.post(beat);
        if (answer === null) return counted > 0 ? { over: false, counted_ms: counted, work_ms: total, note } : null;
        this.stored.waiting = this.stored.waiting.filter((other) => other.seq !== sent);
        this.save();
        counted += answer.counted_ms;
        total = answer.work_ms ?? total;
        note = answer.note ?? note;
        if (answer.over) return { over: true, counted_ms: counted, work_ms: total };
      }
      return { over: false, counted_ms: counted, work_ms: total, note };
    } finally {
      this.sending = false;
    }
  }

  private async post(beat: Beat): Promise<Answer> {
    let response: Response;
    try {
      response = await fetch(this.url, {
        method: "POST",
        keepalive: true,
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify({ ...beat, device: this.stored.device }),
      });
    } catch {
      return null; // offline: the report waits
    }
    if (response.status === 404) return { over: true, counted_ms: 0, work_ms: null };
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

  private get key(): string {
    return BEATS_KEY + this.claim;
  }

  private load(): Stored {
    try {
      const found = JSON.parse(sessionStorage.getItem(this.key) ?? "null") as Stored | null;
      if (found && Array.isArray(found.waiting)) return found;
    } catch {
      // a damaged or forbidden store is an empty one
    }
    return { device: crypto.getRandomValues(new Uint32Array(4)).join("-"), next: 0, waiting: [] };
  }

  private save(): void {
    try {
      sessionStorage.setItem(this.key, JSON.stringify(this.stored));
    } catch {
      // a full or forbidden store: the reports live as long as the page
    }
  }
}
