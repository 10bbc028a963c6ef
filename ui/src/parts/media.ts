// Pictures that are enlarged and moved, sound drawn as a wave, documents shown in place where the browser can.

import { pressed } from "../keys";

const ZOOM_MAX = 8;
const STEP = 1.25;
const SEEK_S = 5;
export const WAVE_BYTES_MAX = 30_000_000; // larger recordings are played, and not drawn

/** `+` `-` `0` in the picture, buttons, Ctrl and wheel; what is larger than its frame is moved by arrows or by hand. */
export function startZoom(root: HTMLElement): void {
  const frame = root.querySelector<HTMLElement>(".frame");
  const canvas = frame?.querySelector<HTMLElement>("[data-part=canvas]"); // a picture that is marked, with its marks
  const picture = canvas ?? frame?.querySelector("img");
  const shown = root.querySelector<HTMLElement>("[data-part=zoom]");
  if (!frame || !picture) return;
  root.querySelector("[data-part=acts]")?.removeAttribute("hidden");
  let zoom = 1;
  const set = (wanted: number): void => {
    const middle = (frame.scrollTop + frame.clientHeight / 2) / Math.max(1, frame.scrollHeight);
    const centre = (frame.scrollLeft + Math.sign(frame.scrollLeft || 1) * (frame.clientWidth / 2)) / Math.max(1, frame.scrollWidth);
    zoom = Math.min(ZOOM_MAX, Math.max(1, wanted));
    picture.style.inlineSize = zoom === 1 ? "" : `${zoom * 100}%`;
    picture.style.maxInlineSize = zoom === 1 ? "" : "none";
    picture.style.maxBlockSize = zoom === 1 ? "" : "none";
    if (shown) shown.textContent = `${Math.round(zoom * 100)} %`;
    frame.scrollTop = middle * frame.scrollHeight - frame.clientHeight / 2;
    frame.scrollLeft = centre * frame.scrollWidth - Math.sign(centre || 1) * (frame.clientWidth / 2);
  };
  const by: Record<string, () => void> = {
    in: () => set(zoom * STEP),
    out: () => set(zoom / STEP),
    fit: () => set(1),
  };
  for (const button of root.querySelectorAll<HTMLButtonElement>("[data-zoom-by]")) {
    button.addEventListener("click", () => by[button.dataset.zoomBy ?? ""]?.());
  }
  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const does = { "+": by.in, "=": by.in, "-": by.out, "0": by.fit }[pressed(event)];
    if (!does) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  });
  frame.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return; // a wheel alone scrolls
      event.preventDefault();
      set(event.deltaY < 0 ? zoom * STEP : zoom / STEP);
    },
    { passive: false },
  );
  frame.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || zoom === 1 || canvas) return;
    event.preventDefault();
    frame.focus();
    frame.setPointerCapture(event.pointerId);
    const move = (moved: PointerEvent): void => frame.scrollBy(-moved.movementX, -moved.movementY);
    frame.addEventListener("pointermove", move);
    frame.addEventListener("lostpointercapture", () => frame.removeEventListener("pointermove", move), { once: true });
  });
}

/** The loudness of a recording over its length, read from the file itself; a slider to find one's place by. */
export function startWave(root: HTMLElement): void {
  const sound = root.querySelector("audio");
  const slider = root.querySelector<HTMLElement>("[data-part=wave]");
  const canvas = slider?.querySelector("canvas");
  if (!sound || !slider || !canvas || Number(root.dataset.wave) > WAVE_BYTES_MAX) return;
  let peaks: number[] = [];
  const draw = (): void => paint(canvas, peaks, sound.duration ? sound.currentTime / sound.duration : 0);
  const say = (): void => {
    slider.setAttribute("aria-valuemax", String(Math.round(sound.duration || 0)));
    slider.setAttribute("aria-valuenow", String(Math.round(sound.currentTime)));
    slider.setAttribute("aria-valuetext", `${clock(sound.currentTime)} / ${clock(sound.duration || 0)}`);
    draw();
  };
  const to = (seconds: number): void => {
    sound.currentTime = Math.min(sound.duration || 0, Math.max(0, seconds));
    say();
  };
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    void peaksOf(sound.src, 400).then((found) => {
      peaks = found;
      slider.hidden = peaks.length === 0;
      say();
    });
  });
  seen.observe(root);
  sound.addEventListener("timeupdate", say);
  sound.addEventListener("loadedmetadata", say);
  new ResizeObserver(draw).observe(slider);
  // Time runs from left to right in both languages, as it does in the player below.
  slider.addEventListener("click", (event) => {
    const box = slider.getBoundingClientRect();
    to(((event.clientX - box.left) / box.width) * (sound.duration || 0));
  });
  const keys: Record<string, () => void> = {
    ArrowRight: () => to(sound.currentTime + SEEK_S),
    ArrowUp: () => to(sound.currentTime + SEEK_S),
    ArrowLeft: () => to(sound.currentTime - SEEK_S),
    ArrowDown: () => to(sound.currentTime - SEEK_S),
    Home: () => to(0),
    End: () => to(sound.duration),
    " ": () => void (sound.paused ? sound.play() : sound.pause()),
  };
  slider.addEventListener("keydown", (event) => {
    const does = keys[event.key];
    if (!does || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  });
}

export async function peaksOf(address: string, many: number): Promise<number[]> {
  try {
    const bytes = await (await fetch(address)).arrayBuffer();
    const heard = await new OfflineAudioContext(1, 1, 22_050).decodeAudioData(bytes);
    const samples = heard.getChannelData(0);
    const pieces = Math.min(many, samples.length);
    const from = (place: number): number => Math.floor((place * samples.length) / pieces);
    return Array.from({ length: pieces }, (_, place) => {
      let peak = 0;
      for (let at = from(place); at < from(place + 1); at += 1) peak = Math.max(peak, Math.abs(samples[at] ?? 0));
      return peak;
    });
  } catch {
    return []; // a kind of sound that can be played, or not even that, but not drawn
  }
}

export function paint(canvas: HTMLCanvasElement, peaks: number[], done: number): void {
  const scale = window.devicePixelRatio || 1;
  const wide = canvas.clientWidth;
  const high = canvas.clientHeight;
  canvas.width = wide * scale;
  canvas.height = high * scale;
  const pen = canvas.getContext("2d");
  if (!pen || peaks.length === 0) return;
  const style = getComputedStyle(canvas);
  pen.scale(scale, scale);
  const step = wide / peaks.length;
  const top = Math.max(...peaks, 0.05);
  for (const [place, peak] of peaks.entries()) {
    const tall = Math.max(1, (peak / top) * (high - 4));
    pen.fillStyle = place / peaks.length < done ? style.caretColor : style.color;
    pen.fillRect(place * step, (high - tall) / 2, Math.max(1, step - 1), tall);
  }
  pen.fillStyle = style.outlineColor;
  pen.fillRect(Math.min(wide - 2, done * wide), 0, 2, high);
}

/** Only where the browser says that it shows documents, and only when asked: a frame that stays blank, or that takes
 * the tab key in passing, is worse than the link above it. */
export function startPdf(root: HTMLDetailsElement): void {
  if (!navigator.pdfViewerEnabled) return;
  root.hidden = false;
  root.addEventListener("toggle", () => {
    if (!root.open || root.querySelector("iframe")) return;
    const frame = document.createElement("iframe");
    frame.src = root.dataset.pdf ?? "";
    frame.title = root.dataset.title ?? "";
    frame.className = "document";
    root.append(frame);
  });
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
