// What must outlive its page is kept twice in this browser. The quick store (localStorage) is read and written at once, and
// every window sees it; but it reaches the disk when the browser finds time, up to a minute later, and a browser that is
// killed before forgets what it said. The database (IndexedDB) is on the disk when it says so. A page begins with
// the quick store and looks in the database whether something newer is there.

export interface Kept {
  key: string;
  at: number; // when, by this computer's clock
  value: unknown;
}

const NAME = "fairhand";
const TABLE = "kept";
const KEPT_MS = 30 * 86_400_000;
// Nothing waits for ever on a database that does not answer: a write less long than a read, on which older words hang.
export const WRITE_MS = 1_500;
const READ_MS = 10_000;

let database: IDBDatabase | null = null;
let opening: Promise<IDBDatabase | null> | null = null;

/** Whether it is on the disk. The write goes out at once, also from a page that is being left. */
export async function put(kept: Kept): Promise<boolean> {
  const found = database ?? (await inTime(open(), WRITE_MS, null));
  if (!found) return false;
  return inTime(done(found, (table) => table.put(kept)), WRITE_MS, false);
}

/** What is kept under keys that begin so. */
export async function newest(prefix: string): Promise<Kept[]> {
  const found = await inTime(open(), READ_MS, null);
  if (!found) return [];
  try {
    return await inTime(asked<Kept[]>(found.transaction(TABLE).objectStore(TABLE).getAll(keys(prefix))), READ_MS, []);
  } catch {
    return [];
  }
}

export function remove(prefix: string): void {
  void open().then((found) => found && done(found, (table) => table.delete(keys(prefix))));
}

/** Lets go of what is kept under keys that begin so and is no longer needed, as its own values say. */
export async function removeWhere(prefix: string, is: (value: unknown) => boolean): Promise<void> {
  const over = (await newest(prefix)).filter((each) => is(each.value));
  const found = over.length > 0 ? await inTime(open(), WRITE_MS, null) : null;
  for (const each of over) if (found) await done(found, (table) => table.delete(each.key));
}

function open(): Promise<IDBDatabase | null> {
  opening ??= new Promise<IDBDatabase | null>((say) => {
    let request: IDBOpenDBRequest;
    try {
      request = indexedDB.open(NAME, 1);
    } catch {
      return say(null); // forbidden here: the quick store is all there is
    }
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE, { keyPath: "key" }).createIndex("at", "at");
    request.onerror = () => say(null);
    request.onsuccess = () => {
      const found = request.result;
      database = found;
      found.onclose = found.onversionchange = () => {
        found.close();
        database = opening = null;
      };
      say(found);
      void done(found, (table) => sweep(table));
    };
  });
  return opening;
}

function sweep(table: IDBObjectStore): void {
  const old = table.index("at").openKeyCursor(IDBKeyRange.upperBound(Date.now() - KEPT_MS));
  old.onsuccess = () => {
    if (!old.result) return;
    table.delete(old.result.primaryKey);
    old.result.continue();
  };
}

function done(found: IDBDatabase, does: (table: IDBObjectStore) => unknown): Promise<boolean> {
  return new Promise((say) => {
    try {
      const change = found.transaction(TABLE, "readwrite", { durability: "strict" });
      change.oncomplete = () => say(true);
      change.onabort = change.onerror = () => say(false);
      const asks = does(change.objectStore(TABLE));
      if (asks instanceof IDBRequest) change.commit(); // does not wait for a page that may be gone by then
    } catch {
      say(false); // closed under our hands
    }
  });
}

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((say, fail) => {
    request.onsuccess = () => say(request.result);
    request.onerror = () => fail(request.error);
  });
}

/** What a promise says within so long, else something else. */
export function inTime<T>(what: Promise<T>, ms: number, otherwise: T): Promise<T> {
  return Promise.race([what, new Promise<T>((say) => window.setTimeout(() => say(otherwise), ms))]);
}

function keys(prefix: string): IDBKeyRange {
  return IDBKeyRange.bound(prefix, `${prefix}\uffff`);
}
