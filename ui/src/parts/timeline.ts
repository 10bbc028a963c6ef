// The ticks of a line of time: as many as can be told apart, each at a round time, with its name where there is room.

import { make } from "./regions-draw";

const STEPS_MS = [100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000];
const APART_PX = 64; // of two names
const FINER = 5; // small ticks from one name to the next, where they fall on round times too

export function ticks(long: number, wide: number, high: number): SVGElement[] {
  if (wide < APART_PX || long <= 1) return [];
  const step = STEPS_MS.find((each) => (each / long) * wide >= APART_PX) ?? STEPS_MS[STEPS_MS.length - 1] ?? long;
  const made: SVGElement[] = [];
  const fine = step / FINER;
  for (let n = 0; n * fine <= long; n += 1) {
    const x = ((n * fine) / long) * wide;
    const named = n % FINER === 0;
    made.push(make("line", { class: "tick", x1: x, x2: x, y1: high - (named ? 9 : 5), y2: high }));
    if (!named || x > wide - APART_PX / 2) continue; // no name is cut off at the end
    const name = make("text", { class: "tick-name", x: x + 3, y: high - 6, "font-size": 11 });
    name.textContent = short(n * fine);
    made.push(name);
  }
  return made;
}

/** 1:05, 1:02:05; tenths only where there are some. */
function short(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const two = (n: number): string => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const tenths = ms % 1_000 ? `.${Math.floor((ms % 1_000) / 100)}` : "";
  return `${h ? `${h}:${two(m)}` : m}:${two(s)}${tenths}`;
}
