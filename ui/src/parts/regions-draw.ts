// Marks over a picture, as SVG: each label has a line of its own, so that marks are told apart without colour.

import { corners, pairs, type Kind, type Region } from "./regions-shape";

export interface Look {
  place: (label: string) => number;
  sign: (label: string) => string;
  px: number; // how many of the picture's pixels are one of the screen's
}

const NS = "http://www.w3.org/2000/svg";

export function make(name: string, facts: Record<string, string | number>): SVGElement {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(facts)) element.setAttribute(key, String(value));
  return element;
}

function outline(mark: Region, kind: string, px: number): SVGElement {
  const [x = 0, y = 0, width = 0, height = 0] = mark.at;
  if (mark.kind === "box") return make("rect", { class: `shape ${kind}`, x, y, width, height });
  if (mark.kind === "point") return make("circle", { class: `shape ${kind}`, cx: x, cy: y, r: 6 * px });
  return make("polygon", { class: `shape ${kind}`, points: pairs(mark.at).join(" ") });
}

export function drawMark(mark: Region, chosen: boolean, look: Look): SVGElement[] {
  const place = look.place(mark.label);
  const [x = 0, y = 0] = mark.at;
  const sign = make("text", { class: "sign", x: x + 2 * look.px, y: Math.max(y - 3 * look.px, 12 * look.px), "font-size": 13 * look.px });
  sign.textContent = look.sign(mark.label);
  const made = [outline(mark, "under", look.px), outline(mark, `shape-${place}${chosen ? " chosen" : ""}`, look.px), sign];
  if (chosen && mark.kind !== "point") {
    for (const [cx, cy] of corners(mark)) made.push(make("circle", { class: "grasp", cx, cy, r: 4 * look.px }));
  }
  return made;
}

/** What is being made: corners that are set, with a line on to the cross. */
export function drawPending(kind: Kind, at: number[], cross: [number, number], px: number): SVGElement[] {
  const [x = 0, y = 0] = at;
  if (at.length === 0) return [];
  if (kind === "box") {
    const box = { x: Math.min(x, cross[0]), y: Math.min(y, cross[1]), width: Math.abs(x - cross[0]), height: Math.abs(y - cross[1]) };
    return [make("rect", { class: "shape under", ...box }), make("rect", { class: "shape pending", ...box })];
  }
  const line = [...pairs(at), cross].join(" ");
  const set = pairs(at).map(([cx, cy]) => make("circle", { class: "grasp", cx, cy, r: 4 * px }));
  return [make("polyline", { class: "shape under", points: line }), make("polyline", { class: "shape pending", points: line }), ...set];
}

export function drawCross(cross: [number, number], wide: number, high: number): SVGElement[] {
  const [x, y] = cross;
  return ["under", "cross"].flatMap((kind) => [
    make("line", { class: `shape ${kind}`, x1: x, y1: 0, x2: x, y2: high }),
    make("line", { class: `shape ${kind}`, x1: 0, y1: y, x2: wide, y2: y }),
  ]);
}

/** A place of the picture, in the screen's pixels, is kept in sight where the picture is larger than its frame. */
export function keepInSight(canvas: HTMLElement, x: number, y: number): void {
  const frame = canvas.parentElement;
  if (!frame) return;
  const [box, inner] = [frame.getBoundingClientRect(), canvas.getBoundingClientRect()];
  const [left, top] = [inner.left + x - box.left, inner.top + y - box.top];
  if (left < 20 || left > box.width - 20) frame.scrollLeft += left - box.width / 2;
  if (top < 20 || top > box.height - 20) frame.scrollTop += top - box.height / 2;
}
