// Manners of what opens and of what scrolls. Everything opens and scrolls without this script.

/** A menu (`details[data-menu]`) closes when somebody turns elsewhere or presses Escape. */
export function closeElsewhere(menu: HTMLDetailsElement): void {
  document.addEventListener("click", (event) => {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
}

/** A row of links that is wider than the screen starts where the current one can be seen. */
export function showCurrent(row: HTMLElement): void {
  const current = row.querySelector("[aria-current]");
  if (!current || row.scrollWidth <= row.clientWidth) return;
  const outer = row.getBoundingClientRect();
  const inner = current.getBoundingClientRect();
  row.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2);
}

/** On a phone the rare acts stand behind one button. They fold only where this script runs, and a key opens each. */
export function foldActs(row: HTMLElement): void {
  const button = row.querySelector<HTMLButtonElement>("[data-part=unfold]");
  if (!button || row.querySelector("details[open]")) return;
  const narrow = matchMedia("(max-width: 40rem)");
  const fold = (folded: boolean): void => {
    row.classList.toggle("folded", folded);
    button.hidden = !narrow.matches;
    button.setAttribute("aria-expanded", String(!folded));
  };
  fold(narrow.matches);
  narrow.addEventListener("change", () => fold(narrow.matches));
  button.addEventListener("click", () => fold(!row.classList.contains("folded")));
}

/** What questions are about stays in sight beside them, if the window shows all of it; else it goes with the page. */
export function stayBeside(shown: HTMLElement): void {
  const around = (): number => [".strip", ".acts"].reduce((sum, each) => sum + (document.querySelector<HTMLElement>(each)?.offsetHeight ?? 0), 0);
  const look = (): void => {
    const strip = document.querySelector<HTMLElement>(".strip")?.offsetHeight ?? 0;
    const high = [...shown.children].at(-1)?.getBoundingClientRect().bottom ?? 0;
    const stays = high - shown.getBoundingClientRect().top + around() <= window.innerHeight;
    shown.classList.toggle("stays", stays);
    shown.style.insetBlockStart = stays ? `${strip}px` : "";
  };
  const seen = new ResizeObserver(look);
  for (const each of shown.children) seen.observe(each);
  window.addEventListener("resize", look);
  look();
}
