// Layout: the page itself never scrolls sideways, and its header stands at the top, as wide as the window.
// Text: controls of direction that a text leaves open turn nothing around but itself. For each such text, everything
// after it in its own paragraph that is not shut off from it is told.
() => {
  const said = [];
  const root = document.documentElement;
  const whole = document.querySelector('link[rel=stylesheet]');  // a part of a page, fetched alone, has no looks
  if (whole && root.scrollWidth > root.clientWidth + 1) {
    const scrolls = at => at && at !== root && (/auto|scroll|hidden|clip/.test(getComputedStyle(at).overflowX) || scrolls(at.parentElement));
    const far = at => {
      const box = at.getBoundingClientRect();
      return box.right > root.clientWidth + 1 || box.left < -1 || at.scrollWidth > at.clientWidth + 1 && at.clientWidth > 0;
    };
    const wide = [...document.body.querySelectorAll('*')].filter(at => far(at) && !scrolls(at)).at(-1);
    const which = wide ? `<${wide.tagName.toLowerCase()} class="${wide.className.baseVal ?? wide.className}"> in <${wide.parentElement.tagName.toLowerCase()} class="${wide.parentElement.className}">: ${JSON.stringify(wide.textContent.trim().slice(0, 60))}` : '';
    said.push(`the page scrolls sideways: ${root.scrollWidth} of ${root.clientWidth}: ${which}`);
  }
  const header = document.querySelector('header.top');
  if (header) {
    const box = header.getBoundingClientRect();
    if (box.left < -1 || box.right > root.clientWidth + 1) said.push(`the header is moved: ${box.left} to ${box.right}`);
    if (box.height > 260) said.push(`the header is ${box.height} high`);
  }
  if (window.pwned) said.push('something ran');
  said.push(...window.stopped.map(each => `stopped: ${each}`));
  const open = text => {
    const stack = [];
    for (const c of text) {
      if ('\u202a\u202b\u202d\u202e'.includes(c)) stack.push('e');
      else if ('\u2066\u2067\u2068'.includes(c)) stack.push('i');
      else if (c === '\u202c') { if (stack.at(-1) === 'e') stack.pop(); }
      else if (c === '\u2069') { const at = stack.lastIndexOf('i'); if (at >= 0) stack.length = at; else return true; }
    }
    return stack.length > 0;
  };
  const inline = style => style.display.startsWith('inline') && style.display === 'inline' || style.display === 'contents';
  const shut = style => /isolate|plaintext/.test(style.unicodeBidi);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  const paragraph = node => {
    let at = node.parentElement;
    while (at !== document.body && inline(getComputedStyle(at))) at = at.parentElement;
    return at;
  };
  for (const [at, node] of texts.entries()) {
    if (!open(node.data) || node.parentElement.closest('script,style,title,option,textarea')) continue;
    let up = node.parentElement, held = false;
    while (up !== document.body && inline(getComputedStyle(up))) {
      if (shut(getComputedStyle(up))) { held = true; break; }
      up = up.parentElement;
    }
    if (held || node.parentElement.closest('.prose')) continue;  // all of a guideline is its author's
    const own = paragraph(node);
    for (const later of texts.slice(at + 1)) {
      if (!own.contains(later)) break;
      if (!later.data.trim() || paragraph(later) !== own) continue;
      if (/^q\d{3,4}z/.test(later.data.trim())) continue;
      said.push(`a text turns what stands after it: ${JSON.stringify(node.data.trim().slice(0, 40))} then ${JSON.stringify(later.data.trim().slice(0, 40))} in <${own.tagName.toLowerCase()} class="${own.className}">`);
      break;
    }
  }
  return said;
}
