// What is counted and known of a text in some language, as src/fairhand/tasks/questions/_language.py does it.

const TOKEN =
  /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]|[^\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]+/gu;
const SCRIPTS: Record<string, string[]> = { Jpan: ["Hani", "Hira", "Kana"], Kore: ["Hang", "Hani"], Hans: ["Hani"], Hant: ["Hani"] };
const LETTERS_LEAST = 20; // of fewer letters nobody can say what they are
const REST_MS = 700;

/** How many words a text has: what stands between space and holds a letter or a digit, so that no dash counts. */
export function wordsIn(text: string): number {
  return (text.match(TOKEN) ?? []).filter((token) => /[\p{L}\p{N}]/u.test(token)).length;
}

/** `data-words="id"`: how many words that field holds. */
export function countWords(out: HTMLElement): void {
  const field = document.getElementById(out.dataset.words ?? "");
  if (!(field instanceof HTMLTextAreaElement)) return;
  const update = (): void => {
    out.textContent = wordsIn(field.value).toLocaleString("en");
  };
  field.addEventListener("input", update);
  field.form?.addEventListener("draft-restored", update);
  update();
}

/** Whether most letters of a text are of another script than a language is written in; no, where nobody can say. */
export function foreign(text: string, language: string): boolean {
  const letters = text.match(/\p{L}/gu) ?? [];
  if (letters.length < LETTERS_LEAST) return false;
  try {
    const script = new Intl.Locale(language).maximize().script ?? "";
    const own = (SCRIPTS[script] ?? [script]).map((name) => new RegExp(`\\p{Script=${name}}`, "u"));
    return letters.filter((letter) => own.some((each) => each.test(letter))).length * 2 < letters.length;
  } catch {
    return false; // a language or a script that this browser doesn't know
  }
}

/** `data-language="id"`: says there, once typing rests, that the text seems to be in another language than asked for. */
export function hintLanguage(field: HTMLTextAreaElement): void {
  const out = document.getElementById(field.dataset.language ?? "");
  if (!out) return;
  let timer = 0;
  const look = (): void => {
    const said = foreign(field.value, field.lang) ? (out.dataset.said ?? "").replace("{language}", nameOf(field.lang)) : "";
    if (out.textContent !== said) out.textContent = said;
  };
  const later = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(look, REST_MS);
  };
  field.addEventListener("input", later);
  field.form?.addEventListener("draft-restored", look);
  look();
}

function nameOf(language: string): string {
  return new Intl.DisplayNames([document.documentElement.lang || "en"], { type: "language" }).of(language) ?? language;
}
