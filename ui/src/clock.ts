// The terms strip on the work page: the clock runs, the bar fills, the amount follows.
import { ActiveTime, workedMs, type Part } from "./active";
import { Beats } from "./beats";
import { earnedMinor, formatClock, formatMinor, type Segment } from "./earn";

const BEAT_MS = 15_000;
const TICK_MS = 500;
const KEEP_MS = 2_000; // so much at most is lost in a crash
const TELL_MS = 1_000;
const LOOSE_MAX = 20;
const ASK_MS = 300_000; // so long after coming back somebody may say that they had worked
const EXPIRY_NOTE_MS = 120_000;
const SIGNS_OF_LIFE = ["pointerdown", "pointermove", "keydown", "wheel", "scroll", "touchstart", "input"] as const;

interface Terms {
  segments: Segment[];
  paid_s_max: number | null;
  fixed_minor: number | null;
  mark: string;
  digits: number;
  axis_s: number | null;
}

export function startClock(strip: HTMLElement): void {
  const { claim, beats: url, token, terms: written } = strip.dataset;
  if (!claim || !url || !token || !written) return;
  const terms = JSON.parse(written) as Terms;
  const beats = new Beats(claim, url, token);
  const active = new ActiveTime(Number(strip.dataset.idleS) * 1000, performance.now(), !document.hidden);
  let known = Number(strip.dataset.workMs); // confirmed by the server
  let expires = performance.now() + Number(strip.dataset.expiresInMs);
  const ends = performance.now() + Number(strip.dataset.endsInMs);
  const mostMs = Number(strip.dataset.mostMs ?? Infinity); // where a clock that isn't a task's stops
  const leaseMs = Number(strip.dataset.leaseS) * 1000;
  let over = strip.dataset.runs !== "yes";
  let sent = false;
  let told = ""; // what the server last said besides: paused, or open elsewhere too

  const part = <T extends Element>(name: string): T | null => strip.querySelector<T>(`[data-part="${name}"]`);
  const face = part("clock");
  const amount = part("earned");
  const done = part<SVGRectElement>("done");
  const note = part<HTMLElement>("note");
  const keep = part<HTMLElement>("keep");
  const rtl = document.documentElement.dir === "rtl";

  let loose: Part[] = []; // in no report yet
  let reported = performance.now();
  let askUntil = 0;

  const count = (): void => {
    active.settle(performance.now());
    loose.push(...active.take());
  };
  const draw = (): void => {
    const ms = Math.min(mostMs, known + beats.waitingMs + workedMs(loose));
    if (face) face.textContent = formatClock(ms);
    if (amount && terms.fixed_minor === null) {
      amount.textContent = formatMinor(earnedMinor(ms, terms.segments, terms.paid_s_max), terms.mark, terms.digits);
    }
    if (done && terms.axis_s) {
      const percent = Math.min(100, ms / (terms.axis_s * 10));
      done.setAttribute("width", `${percent.toFixed(2)}%`);
      if (rtl) done.setAttribute("x", `${(100 - percent).toFixed(2)}%`);
    }
    const asks = !over && !sent && told !== "paused" && askable() > 0;
    if (note) say(note, over ? "over" : ms >= mostMs ? "full" : told === "paused" ? told : noteFor(active, expires) || (asks ? "asked" : told));
    if (keep) keep.hidden = !asks;
  };
  const askable = (): number => {
    const now = performance.now();
    if (active.idle(now)) askUntil = now + ASK_MS;
    return now < askUntil ? active.askable(now) : 0;
  };
  const close = (): void => {
    count();
    beats.add(loose);
    loose = [];
  };
  const report = async (): Promise<void> => {
    if (over || sent) return;
    close();
    const answer = await beats.send();
    if (answer) {
      // A report of the page before a reload may have been counted after this page was written.
      known = answer.work_ms ?? known + answer.counted_ms;
      over = answer.over;
      told = answer.note ?? told;
      if (!over && answer.counted_ms > 0) expires = Math.min(performance.now() + leaseMs, ends);
    }
    draw();
  };
  const tick = (): void => {
    if (over || sent) return;
    count();
    const now = performance.now();
    if (now - reported >= BEAT_MS) {
      reported = now;
      void report();
    } else if (workedMs(loose) >= KEEP_MS || loose.length >= LOOSE_MAX) close();
    draw();
  };

  // One person works in one window at a time: the one that was touched last.
  const windows = "BroadcastChannel" in window ? new BroadcastChannel("fairhand:work") : null;
  let toldAt = -TELL_MS;
  const live = (): void => {
    const now = performance.now();
    if (active.yielded || now - toldAt >= TELL_MS) {
      windows?.postMessage("");
      toldAt = now;
    }
    active.touch(now);
  };
  windows?.addEventListener("message", () => active.yield(performance.now()));
  for (const sign of SIGNS_OF_LIFE) document.addEventListener(sign, live, { passive: true, capture: true });
  if (!document.hidden) live();
  part<HTMLElement>("keep-yes")?.addEventListener("click", () => {
    active.keep(performance.now());
    void report();
  });
  part<HTMLElement>("keep-no")?.addEventListener("click", () => {
    active.leave(performance.now());
    draw();
  });
  document.addEventListener("visibilitychange", () => {
    active.show(!document.hidden, performance.now());
    if (!document.hidden) live();
    if (document.hidden) void report();
  });
  window.addEventListener("pagehide", () => void report());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload(); // the page came back from memory: its claim may have ended
  });
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-hands-in]")) {
    form.addEventListener("submit", () => {
      close();
      sent = true; // from here on the form carries the time
      put(form, "beats", JSON.stringify(beats.waiting));
      put(form, "device", beats.device);
    });
  }
  window.setInterval(tick, TICK_MS);
  void report();
  draw();
}

function noteFor(active: ActiveTime, expires: number): string {
  if (active.idle(performance.now())) return "idle";
  return expires - performance.now() < EXPIRY_NOTE_MS ? "expiring" : "";
}

/** Show one of the sentences that the page brought along. */
function say(note: HTMLElement, which: string): void {
  const text = which ? (note.dataset[which] ?? "") : "";
  if (note.textContent !== text) note.textContent = text;
  note.hidden = text === "";
}

function put(form: HTMLFormElement, name: string, value: string): void {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement) field.value = value;
}
