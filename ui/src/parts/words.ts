// Two texts compared word by word, as src/fairhand/tasks/questions/_words.py does it.

export interface Piece {
  kind: "same" | "added" | "removed";
  text: string;
  words: number;
}

const WORD = /\s*(?:[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|[^\s\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+)\s*|\s+/g;
const STEPS_MAX = 1000; // beyond it, what lies between the first and the last change is shown as one exchange

type Step = [Piece["kind"], string];

export function changes(old: string, now: string): Piece[] {
  const a = old.match(WORD) ?? [];
  const b = now.match(WORD) ?? [];
  const left = a.map((token) => token.trim());
  const right = b.map((token) => token.trim());
  const least = Math.min(a.length, b.length);
  let head = 0;
  while (head < least && left[head] === right[head]) head += 1;
  let tail = 0;
  while (tail < least - head && left[a.length - 1 - tail] === right[b.length - 1 - tail]) tail += 1;
  const steps: Step[] = b.slice(0, head).map((token, at) => ["same", spaced(a[at] ?? "", token)]);
  for (const [kind, i, j] of path(left.slice(head, a.length - tail), right.slice(head, b.length - tail))) {
    const before = a[head + i] ?? "";
    const after = b[head + j] ?? "";
    steps.push([kind, kind === "removed" ? before : kind === "added" ? after : spaced(before, after)]);
  }
  for (const token of b.slice(b.length - tail)) steps.push(["same", token]);
  return joined(steps);
}

function spaced(old: string, now: string): string {
  return /\s$/.test(now) || !/\s$/.test(old) ? now : old;
}

function joined(steps: Step[]): Piece[] {
  const found: Piece[] = [];
  for (const [kind, text] of steps) {
    const words = text.trim() ? 1 : 0;
    const last = found[found.length - 1];
    if (last?.kind === kind) {
      last.text += text;
      last.words += words;
    } else {
      found.push({ kind, text, words });
    }
  }
  return found;
}

type Move = [Piece["kind"], number, number];

/** The fewest words added and removed (Myers' greedy walk); what is removed stands before what is added. */
function path(a: string[], b: string[]): Move[] {
  const rows = furthest(a, b);
  if (!rows) return [...a.map((_, i): Move => ["removed", i, 0]), ...b.map((_, j): Move => ["added", 0, j])];
  const moves: Move[] = [];
  let x = a.length;
  let y = b.length;
  for (let d = rows.length - 1; d > 0; d -= 1) {
    const before = rows[d - 1] as Int32Array; // diagonal k stands at k + d
    const at = (k: number): number => before[k + d] ?? -1;
    const k = x - y;
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
    const fromX = at(down ? k + 1 : k - 1);
    const fromY = fromX - (down ? k + 1 : k - 1);
    while (x > fromX && y > fromY) moves.push(["same", (x -= 1), (y -= 1)]);
    if (down) moves.push(["added", x, (y -= 1)]);
    else moves.push(["removed", (x -= 1), y]);
  }
  while (x > 0 && y > 0) moves.push(["same", (x -= 1), (y -= 1)]);
  return removedFirst(moves.reverse());
}

/** For each number of steps d: how far along `a` one comes on the diagonals -d-1 to d+1. Null: more than STEPS_MAX. */
function furthest(a: string[], b: string[]): Int32Array[] | null {
  const most = Math.min(a.length + b.length, STEPS_MAX);
  const at = new Int32Array(2 * most + 3).fill(-1);
  const zero = most + 1;
  at[zero + 1] = 0;
  const rows: Int32Array[] = [];
  for (let d = 0; d <= most; d += 1) {
    for (let k = -d; k <= d; k += 2) {
      const [below, above] = [at[zero + k - 1] ?? -1, at[zero + k + 1] ?? -1];
      let x = k === -d || (k !== d && below < above) ? above : below + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      at[zero + k] = x;
      if (x >= a.length && x - k >= b.length) return [...rows, at];
    }
    rows.push(at.slice(zero - d - 1, zero + d + 2));
  }
  return null;
}

function removedFirst(moves: Move[]): Move[] {
  const found: Move[] = [];
  let waiting: Move[] = [];
  for (const move of moves) {
    if (move[0] === "removed") {
      found.push(move);
    } else if (move[0] === "added") {
      waiting.push(move);
    } else {
      found.push(...waiting, move);
      waiting = [];
    }
  }
  return [...found, ...waiting];
}
