// An order that is made by dragging, or with Alt and the arrow keys, beside choosing each place in its list. Only rows
// that somebody moved or gave a number have places: the order they are shown in is nobody's judgement.

interface Row {
  element: HTMLElement;
  select: HTMLSelectElement;
}

type Side = "before" | "after" | "with";

export function startRanking(root: HTMLElement): void {
  const ties = root.dataset.ties !== undefined;
  const rows: Row[] = [...root.children].flatMap((element) => {
    const select = element.querySelector("select");
    return element instanceof HTMLElement && select ? [{ element, select }] : [];
  });
  const said = root.parentElement?.querySelector<HTMLElement>("[data-part=said]");

  /** The rows that have places, place by place. */
  const places = (): Row[][] => {
    const at = new Map<number, Row[]>();
    for (const row of rows.filter(placed)) at.set(placeOf(row), [...(at.get(placeOf(row)) ?? []), row]);
    return [...at].sort(([a], [b]) => a - b).map(([, found]) => found);
  };

  /** Those with places come first, in their order; the others stay as they were, below. */
  const show = (): void => {
    const focused = document.activeElement;
    const open = [...root.children].filter((each) => rows.some((row) => row.element === each && !placed(row)));
    root.append(...places().flatMap((place) => place.map((row) => row.element)), ...open);
    if (focused instanceof HTMLElement && root.contains(focused)) focused.focus();
  };

  const write = (order: Row[][], moved: Row): void => {
    const kept = order.filter((place) => place.length > 0);
    kept.forEach((place, at) => place.forEach((row) => (row.select.value = String(at + 1))));
    show();
    moved.select.dispatchEvent(new Event("input", { bubbles: true }));
    moved.select.dispatchEvent(new Event("change", { bubbles: true }));
    if (said) said.textContent = `${moved.element.querySelector("label")?.textContent ?? ""}: ${words(moved, kept)}`;
  };

  const words = (row: Row, order: Row[][]): string => {
    const shared = order.some((place) => place.length > 1 && place.includes(row));
    return ((shared ? root.dataset.shared : root.dataset.place) ?? "").replace("{n}", row.select.value);
  };

  /** One step: where ties are allowed, first to the same place as the next one, then past it. A row that has no place
   * yet comes behind those that have. */
  const step = (row: Row, by: -1 | 1): void => {
    const order = spread(places(), ties);
    const at = order.findIndex((place) => place.includes(row));
    if (at < 0) {
      write([...order, [row]], row);
      return;
    }
    const mine = order[at] ?? [];
    const others = mine.filter((each) => each !== row);
    if (others.length > 0) {
      order.splice(at, 1, ...(by < 0 ? [[row], others] : [others, [row]]));
    } else {
      const next = order[at + by];
      if (!next) return;
      order[at] = ties ? [] : next;
      order[at + by] = ties ? (by < 0 ? [...next, row] : [row, ...next]) : [row];
    }
    write(order, row);
  };

  /** Onto a row that has no place: behind those that have. */
  const drop = (row: Row, onto: Row, side: Side): void => {
    const order = spread(places(), ties).map((place) => place.filter((each) => each !== row));
    const at = order.findIndex((place) => place.includes(onto));
    if (at < 0) order.push([row]);
    else if (side === "with") order[at]?.push(row);
    else order.splice(side === "before" ? at : at + 1, 0, [row]);
    write(order, row);
  };

  for (const row of rows) {
    row.select.addEventListener("keydown", (event) => {
      if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
      event.preventDefault();
      step(row, event.key === "ArrowUp" ? -1 : 1);
    });
    const handle = document.createElement("span");
    handle.className = "ranking-handle";
    handle.setAttribute("aria-hidden", "true");
    row.element.prepend(handle);
    drag(row, handle, rows, ties, drop);
  }
  root.closest("form")?.addEventListener("draft-restored", show);
  show();
  root.classList.add("can-drag");
  const how = root.parentElement?.querySelector<HTMLElement>("[data-part=how]");
  if (how) how.hidden = false;
}

function placeOf(row: Row): number {
  return Number(row.select.value);
}

function placed(row: Row): boolean {
  return placeOf(row) > 0;
}

/** Without ties, rows that share a place are set one after the other. */
function spread(order: Row[][], ties: boolean): Row[][] {
  return ties ? order : order.flatMap((place) => place.map((row) => [row]));
}

function drag(row: Row, handle: HTMLElement, rows: Row[], ties: boolean, drop: (row: Row, onto: Row, side: Side) => void): void {
  let target: [Row, Side] | null = null;
  const clear = (): void => {
    for (const each of rows) each.element.classList.remove("moving", "drop-before", "drop-after", "drop-with");
  };
  handle.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    row.element.classList.add("moving");
  });
  handle.addEventListener("pointermove", (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    clear();
    row.element.classList.add("moving");
    target = under(event.clientY, row, rows, ties);
    target?.[0].element.classList.add(`drop-${target[1]}`);
  });
  const end = (event: PointerEvent, done: boolean): void => {
    if (handle.hasPointerCapture(event.pointerId)) handle.releasePointerCapture(event.pointerId);
    const found = target;
    target = null;
    clear();
    if (done && found) drop(row, ...found);
  };
  handle.addEventListener("pointerup", (event) => end(event, true));
  handle.addEventListener("pointercancel", (event) => end(event, false));
}

function under(y: number, row: Row, rows: Row[], ties: boolean): [Row, Side] | null {
  for (const each of rows) {
    const box = each.element.getBoundingClientRect();
    if (each === row || y < box.top || y > box.bottom) continue;
    if (!placed(each)) return [firstOpen(rows.filter((other) => other !== row)) ?? each, "before"];
    const share = (y - box.top) / box.height;
    if (ties && share > 0.3 && share < 0.7) return [each, "with"];
    return [each, share < 0.5 ? "before" : "after"];
  }
  return null;
}

/** The first one on the page that has no place: what comes before it is behind all that have. */
function firstOpen(rows: Row[]): Row | undefined {
  const top = (row: Row): number => row.element.getBoundingClientRect().top;
  return rows.filter((row) => !placed(row)).sort((a, b) => top(a) - top(b))[0];
}
