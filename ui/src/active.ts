// Where the time on one page goes: worked, idle (visible, and nothing touched for longer than the idle limit), hidden
// (or its person works in another window), or unknown (the machine slept). Time is taken from the monotonic clock as differences, never by counting ticks: timers of
// a hidden or sleeping page come late.

export type Kind = "active" | "idle" | "hidden" | "unknown" | "kept";

/** A stretch of whole milliseconds that ended at `end` of the monotonic clock. */
export interface Part {
  kind: Kind;
  ms: number;
  end: number;
}

/** A page that is to be seen ticks twice a second. Where it did not for so long, it did not run: nobody worked on it. */
export const SLEPT_MS = 10_000;

export class ActiveTime {
  private last: number;
  private alive: number;
  private parts: Part[] = [];
  private aside = false;
  private away: { from: number; until: number } | null = null;

  constructor(
    private readonly idleMs: number,
    now: number,
    private visible: boolean,
  ) {
    this.last = Math.round(now);
    this.alive = this.last;
  }

  /** Count up to `now`. */
  settle(at: number): void {
    const now = Math.round(at);
    const from = this.last;
    if (now <= from) return;
    this.last = now;
    if (!this.visible || this.aside) this.put("hidden", from, now);
    else if (now - from > SLEPT_MS) this.put("unknown", from, now);
    else {
      const until = Math.max(from, Math.min(now, this.alive + this.idleMs));
      this.put("active", from, until);
      this.put("idle", until, now);
    }
  }

  /** A sign of life: a key, a click, a scroll. Nothing about it is kept but its moment. */
  touch(now: number): void {
    this.settle(now);
    if (this.visible && !this.aside && this.last > this.alive + this.idleMs) {
      this.away = { from: this.alive + this.idleMs, until: this.last };
    }
    this.alive = this.last;
    this.aside = false;
  }

  /** Its person went on in another window of this browser: what they do there is counted there. */
  yield(now: number): void {
    this.settle(now);
    this.aside = true;
  }

  /** Whether they are known to work in another window. */
  get yielded(): boolean {
    return this.aside;
  }

  /** The page was shown or hidden. Coming back is a sign of life. */
  show(visible: boolean, now: number): void {
    this.settle(now);
    this.visible = visible;
    if (visible) {
      this.alive = this.last;
      this.aside = false;
    }
  }

  /** Whether the clock stands still at `now`. */
  idle(now: number): boolean {
    return !this.visible || this.aside || now > this.alive + this.idleMs;
  }

  /** Milliseconds that stood still and may still be said to have been work: once, and no more than the idle limit. */
  askable(now: number): number {
    if (!this.visible || this.aside) return 0;
    const idle = Math.max(0, Math.round(now) - this.alive - this.idleMs);
    return Math.min(this.idleMs, idle || (this.away ? this.away.until - this.away.from : 0));
  }

  /** Its person says that they worked while nothing was touched. */
  keep(now: number): void {
    this.touch(now);
    if (!this.away) return;
    const ms = Math.min(this.idleMs, this.away.until - this.away.from);
    this.parts.push({ kind: "kept", ms, end: this.away.from + ms });
    this.away = null;
  }

  /** They say that they did not. */
  leave(now: number): void {
    this.touch(now);
    this.away = null;
  }

  /** Take what was counted since the last call. */
  take(): Part[] {
    const taken = this.parts;
    this.parts = [];
    return taken;
  }

  private put(kind: Kind, from: number, until: number): void {
    if (until <= from) return;
    const newest = this.parts.at(-1);
    if (newest?.kind === kind && newest.end === from) {
      newest.ms += until - from;
      newest.end = until;
    } else this.parts.push({ kind, ms: until - from, end: until });
  }
}

/** What of some parts is work time. */
export function workedMs(parts: readonly { kind: Kind; ms: number }[]): number {
  return parts.reduce((sum, part) => sum + (part.kind === "active" || part.kind === "kept" ? part.ms : 0), 0);
}
