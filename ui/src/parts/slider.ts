// A number on a line. Until somebody moves it, nothing is answered: what is sent is the box beside it, empty until then.

import { changed } from "./walk";

const PLAIN: Record<string, string> = { "٫": ".", "−": "-" };

export function startSlider(root: HTMLElement): void {
  const line = root.querySelector<HTMLInputElement>("[data-part=line]");
  const box = root.querySelector<HTMLInputElement>("[data-part=number]");
  const clear = root.querySelector<HTMLButtonElement>("[data-part=clear]");
  if (!line || !box) return;
  const middle = line.value;
  const { unit = "", untouched = "" } = line.dataset;

  const draw = (): void => {
    const given = plain(box.value);
    const touched = given !== "" && Number.isFinite(Number(given));
    line.value = touched ? given : middle;
    line.classList.toggle("untouched", !touched);
    line.setAttribute("aria-valuetext", touched ? `${line.value} ${unit}`.trim() : untouched);
    if (clear) clear.hidden = box.value === "";
  };
  const take = (): void => {
    box.value = line.value;
    draw();
    changed(box);
  };
  line.addEventListener("input", take);
  // A click where the knob already stands, or the space bar, takes the place it has.
  line.addEventListener("pointerup", () => box.value === "" && take());
  line.addEventListener("keydown", (event) => {
    if (event.key !== " " || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    take();
  });
  box.addEventListener("input", draw);
  clear?.addEventListener("click", () => {
    box.value = "";
    draw();
    changed(box);
    line.focus();
  });
  root.closest("form")?.addEventListener("draft-restored", draw);
  line.hidden = false;
  draw();
}

function plain(text: string): string {
  const digits = text.trim().replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660));
  return digits.replace(/[٫−]/g, (sign) => PLAIN[sign] ?? sign);
}
