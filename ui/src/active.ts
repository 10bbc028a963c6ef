// Work time on one page: visible, and not longer than the idle limit after the last sign of life. Time is taken from
// the monotonic clock as differences, never by counting ticks: timers of a hidden or sleeping page come late.

export class ActiveTime {
  private last: number;
  private alive: number;
  private whole = 0;

  constructor(
    private readonly idleMs: number,
    now: number,
    private visible: boolean,
  ) {
    this.last = now;
    this.alive = now;
  }

  /** Count up to `now`. */
  settle(now: number): void {
    if (this.visible) {
      this.whole += Math.max(0, Math.min(now, this.alive + this.idleMs) - this.last);
    }
    this.last = Math.max(this.last, now);
  }

  /** A sign of life: a key, a click, a scroll. Nothing about it is kept but its moment. */
  touch(now: number): void {
    this.settle(now);
    this.alive = now;
  }

  /** The page was shown or hidden. Coming back is a sign of life. */
  show(visible: boolean, now: number): void {
    this.settle(now);
    this.visible = visible;
    if (visible) this.alive = now;
  }

  /** Whether the clock stands still at `now`. */
  idle(now: number): boolean {
    return !this.visible || now > this.alive + this.idleMs;
  }

  /** Take what was counted since the last call, in whole milliseconds. */
  take(): number {
    const taken = Math.floor(this.whole);
    this.whole -= taken;
    return taken;
  }
}
