// Shapes on a picture as numbers.

export const CORNERS_MAX = 200;
export type Place = [number, number];
export type Kind = "box" | "polygon" | "point";

export interface Region {
  kind: Kind;
  label: string;
  at: number[]; // box: x, y, width, height; point: x, y; polygon: x, y of each corner; in pixels of the picture
  comment: string;
}

/** The corners by which a mark is grasped. */
export function corners(mark: Region): [number, number][] {
  const [x = 0, y = 0, wide = 0, high = 0] = mark.at;
  if (mark.kind === "box") return [[x, y], [x + wide, y], [x + wide, y + high], [x, y + high]];
  return pairs(mark.at);
}

export function pairs(at: number[]): [number, number][] {
  return at.flatMap((x, place): [number, number][] => (place % 2 ? [] : [[x, at[place + 1] ?? 0]]));
}

export function middle(mark: Region): Place {
  const all = corners(mark);
  const along = (axis: 0 | 1): number => Math.round(all.reduce((sum, each) => sum + each[axis], 0) / all.length);
  return [along(0), along(1)];
}

/** The numbers of a text, in Latin or Arabic digits. */
export function numbers(text: string): number[] {
  const plain = text.replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660));
  return plain.match(/\d+/g)?.map(Number) ?? [];
}

/** Whether numbers are a shape of that kind inside a picture of that size. */
export function sound(at: number[], kind: Kind, width: number, height: number): boolean {
  if (!at.every((number) => Number.isInteger(number) && number >= 0)) return false;
  const [x = 0, y = 0, wide = 0, high = 0] = at;
  if (kind === "box") return at.length === 4 && wide > 0 && high > 0 && x + wide <= width && y + high <= height;
  const many = kind === "point" ? at.length === 2 : at.length >= 6 && at.length % 2 === 0 && at.length <= 2 * CORNERS_MAX;
  return many && pairs(at).every(([left, top]) => left <= width && top <= height);
}

/** x, y, width and height between two corners; nothing where they lie on one line. */
export function boxed(a: Place, b: Place): number[] | null {
  const [wide, high] = [Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1])];
  return wide && high ? [Math.min(a[0], b[0]), Math.min(a[1], b[1]), wide, high] : null;
}

export function within(mark: Region, at: Place): boolean {
  const [x = 0, y = 0, wide = 0, high = 0] = mark.at;
  return at[0] >= x && at[0] <= x + wide && at[1] >= y && at[1] <= y + high;
}

/** The marks that were kept; what doesn't fit the picture is left out. */
export function read(json: string, sound: (at: number[], kind: Kind) => boolean): Region[] {
  let given: unknown;
  try {
    given = JSON.parse(json);
  } catch {
    return [];
  }
  if (!Array.isArray(given)) return [];
  return given.flatMap((each: unknown) => {
    if (!Array.isArray(each)) return [];
    const [kind, label, at, comment] = each as [Kind, unknown, unknown, unknown];
    if (!["box", "polygon", "point"].includes(kind) || !Array.isArray(at) || !sound(at as number[], kind)) return [];
    return [{ kind, label: String(label), at: at as number[], comment: String(comment ?? "") }];
  });
}
