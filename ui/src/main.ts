import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/frame.css";
import "./styles/parts.css";
import "./styles/lists.css";
import "./styles/terms.css";
import "./styles/work.css";
import "./styles/prose.css";
import "./styles/charts.css";
import { startClock } from "./clock";
import { dropDraft, keepDraft } from "./draft";
import { countCharacters, showWhen, submitOnce } from "./forms";
import { listenForKeys } from "./keys";
import { tellZone } from "./zone";

const each = <T extends HTMLElement>(selector: string, does: (element: T) => void): void => {
  for (const element of document.querySelectorAll<T>(selector)) does(element);
};

tellZone();
listenForKeys();
each<HTMLFormElement>("form[data-once]", submitOnce);
each<HTMLFormElement>("form[data-shows]", showWhen);
each("[data-counts]", countCharacters);
each<HTMLFormElement>("form[data-draft]", keepDraft);
each("[data-draft-done]", (element) => dropDraft(element.dataset.draftDone ?? ""));
each("[data-clock]", startClock);
