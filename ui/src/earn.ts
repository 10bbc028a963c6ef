// What work time earns, by the frozen terms. Integers only; the server's figure is the one that is paid.

/** One stretch of a rate: until `upto_s` seconds of work time (null: to the end), `rate_minor` an hour. */
export interface Segment {
  upto_s: number | null;
  rate_minor: number;
}

const HOUR_MS = 3_600_000;

/** Minor units for `ms` of work time, each stretch rounded half up as its own pay line is. */
export function earnedMinor(ms: number, segments: readonly Segment[], paidSMax: number | null): number {
  const paid = paidSMax === null ? ms : Math.min(ms, paidSMax * 1000);
  let total = 0;
  let from = 0;
  for (const segment of segments) {
    const until = segment.upto_s === null ? paid : Math.min(segment.upto_s * 1000, paid);
    if (until > from) {
      total += Math.floor((2 * (until - from) * segment.rate_minor + HOUR_MS) / (2 * HOUR_MS));
      from = until;
    }
  }
  return total;
}

/** `125000` -> `$1,250.00`, the same digits and order in every language. */
export function formatMinor(minor: number, mark: string, digits: number): string {
  const scale = 10 ** digits;
  const whole = Math.floor(minor / scale).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  return digits === 0 ? mark + whole : `${mark}${whole}.${(minor % scale).toString().padStart(digits, "0")}`;
}

/** `744000` -> `12:24`, from an hour on `1:02:24`. */
export function formatClock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const pad = (value: number): string => value.toString().padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}:${pad(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}`;
}
