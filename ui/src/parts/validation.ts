// A table looked through cell by cell. The grid keeps what was said in the form's two plain fields (rows looked at, and
// a line for each cell that is not accepted), which work without it too.

import { pressed } from "../keys";
import { changed } from "./walk";

type Said = { do: "fix" | "flag"; text: string };

export function startValidation(box: HTMLElement): void {
  const part = <T extends HTMLElement>(name: string): T | null => box.querySelector<T>(`[data-part="${name}"]`);
  const grid = part<HTMLTableElement>("grid");
  const plain = part("plain");
  const looked = box.querySelector<HTMLInputElement>('input[name$=".looked"]');
  const lines = box.querySelector<HTMLTextAreaElement>('textarea[name$=".cells"]');
  const [bar, edit, field, reasons] = [part("bar"), part("edit"), part<HTMLTextAreaElement>("value"), part<HTMLSelectElement>("reasons")];
  if (!grid || !plain || !looked || !lines || !bar || !edit || !field) return;
  const words = grid.dataset;
  const longest = field.maxLength;
  const heads = [...grid.querySelectorAll<HTMLElement>("thead th")].slice(1);
  const judged = heads.map((head) => !head.hasAttribute("data-still"));
  const rows = [...(grid.tBodies[0]?.rows ?? [])];
  const width = heads.length;
  const original = new Map<string, string>();
  const said = new Map<string, Said>();
  const accepted = new Set<string>();
  let [row, column] = [0, Math.max(judged.indexOf(true), 0)];
  let editing: "fix" | "flag" | null = null;

  const name = (r: number, c: number): string => `${r + 1}:${c + 1}`;
  const cell = (r: number, c: number): HTMLTableCellElement | undefined => rows[r]?.cells[c + 1];
  const has = (r: number, c: number): boolean => accepted.has(name(r, c)) || said.has(name(r, c));
  const whole = (r: number): boolean => judged.every((is, c) => !is || has(r, c));

  const draw = (r: number, c: number): void => {
    const [at, what] = [cell(r, c), said.get(name(r, c))];
    if (!at) return;
    const old = original.get(name(r, c)) ?? "";
    at.classList.toggle("fixed", what?.do === "fix");
    at.classList.toggle("flagged", what?.do === "flag");
    at.classList.toggle("accepted", !what && accepted.has(name(r, c)));
    if (what?.do === "fix") {
      at.replaceChildren(element("del", old || "–"), heard(words.fix), " ", element("ins", what.text || "–"));
    } else if (what) {
      at.replaceChildren(element("span", old || "–"), heard(`${words.flag ?? ""} ${reasonOf(what)}`));
    } else if (accepted.has(name(r, c))) {
      at.replaceChildren(old, heard(words.accepted));
    } else {
      at.replaceChildren(old);
    }
  };
  const heard = (text = ""): HTMLElement => {
    const made = element("span", ` ${text}`);
    made.className = "heard";
    return made;
  };
  const reasonOf = (what: Said): string => [...(reasons?.options ?? [])].find((option) => option.value === what.text)?.text ?? what.text;
  const headed = (c: number): string => heads[c]?.lastChild?.textContent?.trim() ?? "";
  /** Why cells are flagged, below the table, where there is room to read it: once for each column and reason. */
  const list = (): void => {
    const out = part("flags");
    const found = new Map<string, { c: number; why: string; at: number[] }>();
    for (const [at, what] of said) {
      if (what.do !== "flag") continue;
      const [r = 1, c = 1] = at.split(":").map(Number);
      const key = `${c} ${what.text}`;
      const one = found.get(key) ?? { c: c - 1, why: reasonOf(what), at: [] };
      one.at.push(r);
      found.set(key, one);
    }
    const lines = [...found.values()].map((one) => {
      const line = document.createElement("li");
      const rows = element("span", spans(one.at.sort((a, b) => a - b)));
      rows.dir = "ltr";
      rows.className = "num";
      line.append(element("bdi", headed(one.c)), ` · ${words.row ?? ""} `, rows, ": ", element("bdi", one.why));
      return line;
    });
    out?.replaceChildren(...lines);
    if (out) out.hidden = lines.length === 0;
  };
  const done = new Set<number>();
  const drawRow = (r: number): void => {
    const is = whole(r);
    rows[r]?.classList.toggle("whole", is);
    if (is) done.add(r);
    else done.delete(r);
  };
  const count = (): void => {
    const out = part("looked");
    if (out) out.textContent = String(done.size);
  };

  const store = (): void => {
    looked.value = spans([...done].sort((a, b) => a - b).map((r) => r + 1));
    const partly = [...accepted].filter((at) => !done.has(Number(at.split(":")[0]) - 1)).map((at) => `${at} ok`);
    const written = [...said].map(([at, what]) => `${at} ${what.do === "fix" ? "=" : "!"} ${escaped(what.text)}`);
    lines.value = [...written, ...partly].join("\n");
    count();
    list();
    changed(lines);
  };
  const load = (): void => {
    const before = new Set([...said.keys(), ...accepted]);
    said.clear();
    accepted.clear();
    for (const line of lines.value.split("\n")) {
      const fine = /^\s*(\d{1,5}):(\d{1,5})\s+ok\s*$/i.exec(line);
      if (fine) accepted.add(`${Number(fine[1])}:${Number(fine[2])}`);
      const found = /^\s*(\d{1,5}):(\d{1,5})\s+([=!]) ?(.*)$/s.exec(line);
      const text = found?.[4]?.replace(/\\(.)/gs, (_, char: string) => (char === "n" ? "\n" : char === "r" ? "\r" : char));
      if (found && text !== undefined) said.set(`${Number(found[1])}:${Number(found[2])}`, { do: found[3] === "=" ? "fix" : "flag", text });
    }
    for (const r of rowsOf(looked.value, rows.length)) {
      judged.forEach((is, c) => {
        if (is && !said.has(name(r, c))) accepted.add(name(r, c));
      });
    }
    for (const at of new Set([...before, ...said.keys(), ...accepted])) {
      const [r = 1, c = 1] = at.split(":").map(Number);
      draw(r - 1, c - 1);
    }
    rows.forEach((_, r) => drawRow(r));
    count();
    list();
  };

  const tell = (text: string): void => {
    const out = part("said");
    if (out) out.textContent = text;
  };
  const where = (): void => {
    const out = part("where");
    if (out) out.textContent = `${words.row ?? ""} ${row + 1} · ${headed(column)}`;
  };
  const come = (r: number, c: number, focus = true): void => {
    cell(row, column)?.removeAttribute("tabindex");
    [row, column] = [Math.min(Math.max(r, 0), rows.length - 1), Math.min(Math.max(c, 0), width - 1)];
    const at = cell(row, column);
    if (!at) return;
    at.tabIndex = 0;
    if (focus) at.focus();
    where();
  };
  const next = (): void => {
    for (let c = column + 1; c < width; c += 1) {
      if (judged[c]) return come(row, c);
    }
    if (row + 1 < rows.length) come(row + 1, Math.max(judged.indexOf(true), 0));
    else come(row, column);
  };

  const accept = (r: number, c: number): void => {
    if (!judged[c]) return;
    said.delete(name(r, c));
    accepted.add(name(r, c));
    draw(r, c);
  };
  const acts: Record<string, () => void> = {
    accept: () => {
      accept(row, column);
      drawRow(row);
      store();
      tell(words.accepted ?? "");
      next();
    },
    // What was corrected or flagged stays: a row or a column is accepted as it now stands.
    row: () => {
      for (let c = 0; c < width; c += 1) if (!said.has(name(row, c))) accept(row, c);
      drawRow(row);
      store();
      tell(`${words.row ?? ""} ${row + 1}: ${words.accepted ?? ""}`);
      come(row + 1, column);
    },
    column: () => {
      rows.forEach((_, r) => {
        if (!said.has(name(r, column))) accept(r, column);
        drawRow(r);
      });
      store();
      tell(`${headed(column)}: ${words.accepted ?? ""}`);
      come(row, column + 1);
    },
    fix: () => open("fix"),
    flag: () => open("flag"),
    keep: () => keep(),
    leave: () => close(),
  };

  const open = (what: "fix" | "flag"): void => {
    if (!judged[column]) return;
    editing = what;
    const now = said.get(name(row, column));
    const listed = what === "flag" && reasons !== null;
    const label = part("edit-label");
    if (label) label.textContent = (what === "fix" ? label.dataset.fix : label.dataset.flag) ?? "";
    if (label) label.hidden = listed;
    if (reasons) reasons.hidden = !listed;
    field.hidden = listed;
    field.setCustomValidity("");
    field.maxLength = Number(what === "fix" ? longest : field.dataset.flagMax);
    field.value = now?.do === what ? now.text : what === "fix" ? (original.get(name(row, column)) ?? "") : "";
    if (listed && now?.do === "flag") reasons.value = now.text;
    edit.hidden = false;
    const target = listed ? reasons : field;
    target.focus();
    if (target === field) field.select();
  };
  const close = (): void => {
    edit.hidden = true;
    editing = null;
    come(row, column);
  };
  const keep = (): void => {
    if (!editing) return;
    const text = editing === "flag" && reasons ? reasons.value : field.value;
    const wrong = editing === "fix" && text === original.get(name(row, column)) ? words.same : editing === "flag" && !text.trim() ? words.reason : "";
    if (wrong) {
      tell(wrong);
      field.setCustomValidity(wrong);
      field.reportValidity();
      field.setCustomValidity("");
      return;
    }
    accepted.delete(name(row, column));
    said.set(name(row, column), { do: editing, text });
    draw(row, column);
    drawRow(row);
    store();
    tell(`${(editing === "fix" ? words.fix : words.flag) ?? ""} ${text || (words.empty ?? "")}`);
    edit.hidden = true;
    editing = null;
    next();
  };

  grid.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.metaKey || event.altKey) return;
    const forward = getComputedStyle(grid).direction === "rtl" ? -1 : 1;
    const moves: Record<string, () => void> = {
      ArrowDown: () => come(row + 1, column),
      ArrowUp: () => come(row - 1, column),
      ArrowRight: () => come(row, column + forward),
      ArrowLeft: () => come(row, column - forward),
      Home: () => come(event.ctrlKey ? 0 : row, 0),
      End: () => come(event.ctrlKey ? rows.length - 1 : row, width - 1),
      PageDown: () => come(row + 10, column),
      PageUp: () => come(row - 10, column),
    };
    const keys: Record<string, string> = { v: "accept", f: "fix", w: "flag", c: "column" };
    const does = moves[event.key] ?? (event.ctrlKey ? undefined : acts[event.key === "Enter" ? "row" : event.key === "F2" ? "fix" : (keys[pressed(event)] ?? "")]);
    if (!does) return;
    event.preventDefault();
    does();
  });
  grid.addEventListener("click", (event) => {
    const at = (event.target as HTMLElement).closest("td");
    const r = at ? rows.indexOf(at.parentElement as HTMLTableRowElement) : -1;
    if (at && r >= 0) come(r, at.cellIndex - 1);
  });
  edit.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" && !event.shiftKey && !(event.target instanceof HTMLButtonElement)) keep();
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  for (const button of box.querySelectorAll<HTMLButtonElement>("button[data-do]")) {
    button.addEventListener("click", () => acts[button.dataset.do ?? ""]?.());
  }
  box.closest("form")?.addEventListener("draft-restored", load);

  rows.forEach((each, r) => {
    for (let c = 0; c < width; c += 1) original.set(name(r, c), each.cells[c + 1]?.textContent ?? "");
  });
  holdWidths(grid);
  grid.setAttribute("role", "grid");
  for (const shown of [bar, part("left")]) if (shown) shown.hidden = false;
  grid.parentElement?.removeAttribute("tabindex");
  plain.hidden = true;
  load();
  come(0, column, false);
}

const ROOM_PX = 120; // for a correction in a cell that held two letters

/** Columns stay as wide as they are: nothing jumps when a cell changes, and a large table is not laid out anew. */
function holdWidths(grid: HTMLTableElement): void {
  const heads = [...grid.querySelectorAll<HTMLElement>("thead th")];
  if (heads.every((head) => head.offsetWidth === 0)) return; // not shown yet
  const least = (head: HTMLElement, place: number): number => (place > 0 && !("still" in head.dataset) ? ROOM_PX : 1);
  const widths = heads.map((head, place) => Math.max(Math.ceil(head.getBoundingClientRect().width), least(head, place)));
  const all = widths.reduce((sum, width) => sum + width, 0);
  const columns = document.createElement("colgroup");
  for (const width of widths) {
    const column = document.createElement("col");
    column.setAttribute("width", String(width));
    columns.append(column);
  }
  grid.prepend(columns);
  grid.style.inlineSize = `${all}px`;
  grid.classList.add("held");
}

function element(kind: string, text: string): HTMLElement {
  const made = document.createElement(kind);
  made.textContent = text;
  made.dir = "auto";
  return made;
}

function escaped(text: string): string {
  return text.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/\r/g, "\\r");
}

/** Rows from 1, neighbours as a span: `1-12, 15`. */
function spans(rows: number[]): string {
  const found: [number, number][] = [];
  for (const row of rows) {
    const last = found.at(-1);
    if (last && last[1] === row - 1) last[1] = row;
    else found.push([row, row]);
  }
  return found.map(([a, b]) => (a === b ? String(a) : `${a}-${b}`)).join(", ");
}

/** The same, the other way round, from 0. */
function rowsOf(text: string, most: number): number[] {
  const found = new Set<number>();
  for (const piece of text.split(/[,،]/)) {
    const span = /^\s*(\d{1,5})(?:\s*[-–]\s*(\d{1,5}))?\s*$/.exec(piece);
    if (!span) continue;
    for (let row = Number(span[1]); row <= Math.min(Number(span[2] ?? span[1]), most); row += 1) if (row > 0) found.add(row - 1);
  }
  return [...found];
}
